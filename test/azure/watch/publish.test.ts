import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { inventoryFor, publishInventory } from "../../../scripts/azure/publish.ts";
import { CommandError } from "../../../scripts/cli.ts";
import { type Inventory, inventorySchema } from "../../../src/inventory.ts";
import { storeHost } from "../../../stacks/azure/watch/settings.ts";

const inventory: Inventory = inventorySchema.parse({
  fleet: "piemonte",
  stage: "surge",
  target: "azure",
  stacks: [{ name: "azure-hub", updatedAt: "2026-11-23T00:00:00Z" }],
  instances: [
    {
      id: "hub-a",
      gateway: "hub",
      address: "203.0.113.1",
      port: 443,
      protocol: "tcp",
      clients: "10.96.0.0/16",
      sessionsLimit: 7000,
    },
  ],
  hosts: [
    { name: "regoff-00001", address: "10.64.0.4", pool: "regione/office", ports: { ssh: 22, rdp: 3389 }, hostKeys: [] },
  ],
  desks: [{ id: "regione-office-00001", host: "regoff-00001" }],
});

test("the machine outside is told the gateways and no desk, in a form that it takes", () => {
  assert.deepEqual(inventoryFor("hub", inventory), inventory);
  const outside = inventoryFor("public", inventory);
  assert.deepEqual(inventorySchema.parse(outside), outside);
  assert.deepEqual(outside.instances, inventory.instances);
  assert.deepEqual(
    Object.entries(outside).flatMap(([key, value]) => (Array.isArray(value) && value.length > 0 ? [key] : [])),
    ["stacks", "instances"],
  );
});

test("the store's name is one that Azure takes, and hangs on tenant, subscription and fleet", () => {
  const host = storeHost("00000000-0000-0000-0000-000000000001", "00000001-0000-0000-0000-000000000001", "piemonte");
  assert.match(host, /^stpiemontewatch[0-9a-z]{8}\.blob\.core\.windows\.net$/);
  assert.ok(host.split(".")[0]!.length <= 24);
  assert.notEqual(
    host,
    storeHost("00000000-0000-0000-0000-000000000002", "00000001-0000-0000-0000-000000000001", "piemonte"),
  );
});

describe("writing", () => {
  let server: Server;
  let origin = "";
  let answer: { readonly status: number; readonly code?: string };
  let written: Record<string, unknown>;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { authorization, "x-ms-blob-type": type } = request.headers;
        if (
          request.method === "PUT" &&
          authorization === "Bearer a-token" &&
          type === "BlockBlob" &&
          answer.status === 201
        )
          written[request.url ?? ""] = JSON.parse(Buffer.concat(chunks).toString("utf8"));
        response.writeHead(answer.status, answer.code === undefined ? {} : { "x-ms-error-code": answer.code }).end();
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(() => {
    written = {};
    answer = { status: 201 };
  });
  const publish = () =>
    publishInventory(inventory, {
      origin,
      token: ({ scope }) => Promise.resolve(scope === "https://storage.azure.com/.default" ? "a-token" : "wrong"),
    });

  test("each machine's part into its own container", async () => {
    await publish();
    assert.deepEqual(written, {
      "/hub/inventory.json": inventoryFor("hub", inventory),
      "/public/inventory.json": inventoryFor("public", inventory),
    });
  });

  for (const [code, message] of [
    ["AuthorizationFailure", /403 AuthorizationFailure; the store lets nobody in from here: name this address/],
    ["AuthorizationPermissionMismatch", /you are not in the operators' group/],
    ["ServerBusy", /403 ServerBusy$/],
  ] as const) {
    test(`a refusal is told with what may be done: ${code}`, async () => {
      answer = { status: 403, code };
      await assert.rejects(publish(), (error) => error instanceof CommandError && message.test(error.message));
    });
  }

  test("a store that is not there, and a token that cannot be had", async () => {
    const token = () => Promise.resolve("a-token");
    await assert.rejects(publishInventory(inventory, { origin: "http://127.0.0.1:1", token }), /ECONNREFUSED|bad port/);
    const none = () => Promise.reject(new Error("nobody is signed in"));
    await assert.rejects(publishInventory(inventory, { origin, token: none }), /not written: nobody is signed in/);
  });
});
