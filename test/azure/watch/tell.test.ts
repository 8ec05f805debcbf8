import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, test } from "node:test";
import { dashboardSpecs } from "../../../dashboards/grafana/dashboards.ts";
import { tellWatch } from "../../../scripts/azure/tell.ts";
import { type Inventory, inventorySchema } from "../../../src/inventory.ts";
import { parseRelease } from "../../../stacks/azure/watch/release.ts";
import { type GrafanaDouble, startGrafana } from "../../doubles/grafana/server.ts";
import { commit, source } from "./fixture.ts";

const inventory: Inventory = inventorySchema.parse({ fleet: "piemonte", stage: "surge", target: "azure", stacks: [] });

describe("the watch is told what is there", () => {
  let grafana: GrafanaDouble;
  let store: Server;
  let written: string[];
  let status: number;
  beforeEach(async () => {
    grafana = await startGrafana();
    grafana.roles.set("operator", "Admin");
    written = [];
    status = 201;
    store = createServer((request, response) => {
      request.resume().on("end", () => {
        written.push(request.url ?? "");
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((listening) => store.listen(0, "127.0.0.1", listening));
  });
  afterEach(async () => {
    store.close();
    await grafana.close();
  });
  const tell = () =>
    tellWatch(
      inventory,
      {
        store: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
        grafana: grafana.origin,
        release: parseRelease(source),
      },
      () => Promise.resolve("operator"),
    );

  test("its machines by the store, people by Grafana, whose panels link to the runbook that the machines run", async () => {
    const said = await tell();
    assert.match(said, /inventory of 0 hosts written/);
    assert.ok(
      said.endsWith(
        `dashboards: ${dashboardSpecs.length} written, 0 as they were; ${grafana.origin}/dashboards/f/deskbridge`,
      ),
    );
    assert.deepEqual(written, ["/hub/inventory.json", "/public/inventory.json"]);
    let linked = 0;
    for (const { dashboard, messages } of grafana.dashboards.values()) {
      const runbooks = JSON.stringify(dashboard).match(/"[^"]*runbook\.md[^"]*"/g) ?? [];
      linked += runbooks.length;
      assert.ok(runbooks.every((url) => url.includes(`/blob/${commit}/dashboards/runbook.md#`)));
      assert.deepEqual(messages, [`Deskbridge ${commit.slice(0, 12)}`]);
    }
    assert.ok(linked > 0);
  });

  test("where one of them cannot be told, the other is, and the failure names it", async () => {
    status = 403;
    await assert.rejects(tell(), /^CommandError: http:\S+\/hub\/inventory.json: 403$/);
    assert.equal(grafana.dashboards.size, dashboardSpecs.length);
    status = 201;
    grafana.roles.clear();
    await assert.rejects(tell(), /^CommandError: GET \S+\/api\/folders\/deskbridge: 401 /);
    assert.deepEqual(written.slice(-2), ["/hub/inventory.json", "/public/inventory.json"]);
    status = 403;
    await assert.rejects(tell(), /inventory.json: 403\nGET \S+\/api\/folders\/deskbridge: 401 /);
  });
});
