import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { Webex } from "../../../src/rollout/licences/webex.ts";
import { Zoom } from "../../../src/rollout/licences/zoom.ts";
import { meaningOf, zoomRates } from "../../../src/rollout/licences/zoom-quota.ts";
import type { Exchange } from "../../doubles/licences/http.ts";
import { startWebex } from "../../doubles/webex/server.ts";
import { startZoom } from "../../doubles/zoom/server.ts";
import { forever, patience, people, refusal } from "./refusal.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

const published = (file: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../../testdata/licences/${file}`, import.meta.url), "utf8"));
const at = (document: Json, ...path: readonly string[]): Json =>
  path.reduce((found, name) => (found as JsonObject | null)?.[name] ?? null, document);

/** With what its references name; stricter than the vendor, so that a field which it does not have is found. */
function whole(document: JsonObject, schema: Json): Json {
  if (Array.isArray(schema)) return schema.map((each: Json) => whole(document, each));
  if (schema === null || typeof schema !== "object") return schema;
  const { $ref, allOf, ...rest } = schema as { $ref?: string; allOf?: readonly Json[] };
  if ($ref !== undefined) return whole(document, at(document, ...$ref.split("/").slice(1)));
  if (allOf !== undefined && allOf.length === 1) return whole(document, allOf[0] ?? null);
  const made = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, whole(document, value as Json)]));
  return "properties" in made && made["type"] === "object" ? { ...made, additionalProperties: false } : made;
}

function check(document: JsonObject, schema: Json, value: unknown, what: string): void {
  const shape = z.fromJSONSchema(whole(document, schema) as Parameters<typeof z.fromJSONSchema>[0], {
    defaultTarget: "openapi-3.0",
  });
  const parsed = shape.safeParse(value);
  assert.ok(parsed.success, `${what}: ${parsed.error?.message}: ${JSON.stringify(value)}`);
}

test("the check itself: a field of another type, one that is unknown, a value that is none", () => {
  const document = published("webex-openapi.json");
  const schema = { $ref: "#/components/schemas/PatchUserLicenses" };
  check(document, schema, { email: "a@example.org", licenses: [{ id: "1", operation: "add" }] }, "good");
  for (const licenses of [[{ id: 1 }], [{ operation: "add" }], [{ id: "1", operation: "ad" }], [{ id: "1", add: 1 }]]) {
    assert.throws(() => check(document, schema, { email: "a@example.org", licenses }, "bad"), /^AssertionError.*bad/s);
  }
});

test("Webex: requests and answers are those of its OpenAPI document", async () => {
  const document = published("webex-openapi.json");
  const vendor = await startWebex();
  try {
    vendor.state.licences.push({ id: "1", name: "Meetings", siteUrl: "site1-example.webex.com", totalUnits: 2 });
    for (const email of people(3)) vendor.state.add(email, { lastActivity: "2026-11-20T08:00:00.028Z" });
    vendor.state.add("guest@example.net", { isExternal: true });
    vendor.state.pageSize = 1;
    const provider = new Webex({ token: async () => vendor.token, licence: "1", base: vendor.base, patience });
    for (const email of people(2)) await provider.assign(email, forever);
    await refusal(provider.assign("guest@example.net", forever));
    await refusal(provider.assign("p3@example.org", forever));
    vendor.isPartial = false;
    await refusal(provider.assign("p3@example.org", forever));
    await provider.holders(forever);
    await provider.reclaim("p1@example.org", forever);
    await provider.inMeeting(people(3), forever);
    vendor.expireToken();
    await assert.rejects(new Webex({ token: async () => "stale", licence: "1", base: vendor.base }).seats(forever));
    const statuses = new Set(vendor.exchanges.map((exchange) => webexExchange(document, exchange)));
    assert.deepEqual(
      [...statuses].toSorted((a, b) => a - b),
      [200, 206, 400, 401],
    );
  } finally {
    await vendor.close();
  }
});

/** The answer's status. */
function webexExchange(document: JsonObject, { asked, reply }: Exchange): number {
  const path = asked.url.pathname.replace("/v1", "");
  const template = path
    .replace(/^\/licenses\/(?!users$).+/, "/licenses/{licenseId}")
    .replace(/^\/people\/.+/, "/people/{personId}");
  const operation = at(document, "paths", template, asked.method.toLowerCase());
  assert.notEqual(operation, null, `${asked.method} ${template}`);
  const named = (at(operation, "parameters") as readonly JsonObject[]).filter((each) => each["in"] === "query");
  for (const [name, value] of asked.url.searchParams) {
    // Of a link that Webex gave.
    if (name === "cursor") continue;
    const schema = named.find((each) => each["name"] === name)?.["schema"];
    assert.ok(schema !== undefined, `${template}: ${name}`);
    check(document, schema, at(schema, "type") === "number" ? Number(value) : value, `${template}: ${name}`);
  }
  const body = at(operation, "requestBody", "content");
  if (body === null) assert.equal(asked.body, undefined);
  else check(document, at(body, "application/json", "schema"), asked.body, `${template}: request`);
  const answer = at(operation, "responses", String(reply.status));
  assert.notEqual(answer, null, `${template}: ${reply.status}`);
  const content = at(answer, "content");
  if (content !== null) check(document, at(content, "application/json", "schema"), reply.body, `${template}: answer`);
  return reply.status;
}

/** Each field of what the double says is in what Zoom shows, with the same type. */
function inExample(value: unknown, example: Json, what: string): void {
  if (Array.isArray(value)) {
    for (const each of value) inExample(each, (example as readonly Json[])[0] ?? null, `${what}[]`);
    return;
  }
  assert.equal(typeof value, typeof example, what);
  if (value === null || typeof value !== "object") return;
  for (const [name, each] of Object.entries(value)) inExample(each, at(example, name), `${what}.${name}`);
}

test("Zoom: users and their change are those of its OpenAPI document; lists and usage those of its reference", async () => {
  const document = published("zoom-openapi.json");
  const examples = published("zoom-examples.json");
  const vendor = await startZoom(10);
  try {
    vendor.state.add("boss@example.org", { type: 2, lastLogin: "2026-11-20T08:00:00Z" });
    vendor.state.add("p1@example.org");
    const rates = zoomRates.business;
    const provider = new Zoom({ token: async () => vendor.token, base: vendor.base, patience, rates });
    await provider.assign("p1@example.org", forever);
    await provider.reclaim("p1@example.org", forever);
    await provider.holders(forever);
    await provider.seats(forever);
    const seen = vendor.exchanges.map(({ asked, reply }) => {
      const [, path = ""] = asked.url.pathname.split("/v2/");
      const one = path.startsWith("users/");
      if (asked.method === "PATCH") {
        check(document, at(document, "definitions", "UserUpdate"), asked.body, path);
        assert.deepEqual([reply.status, reply.body], [204, undefined]);
      } else if (one) {
        // The status is of a later edition; the id stands beside the definition.
        const { id: _, status, ...rest } = reply.body as Record<string, unknown>;
        check(document, at(document, "definitions", "User"), rest, path);
        inExample({ status }, at(examples, "listUsers", "users", "0"), path);
      } else {
        inExample(reply.body, at(examples, path === "users" ? "listUsers" : "planUsage"), path);
      }
      return `${asked.method} ${one ? "user" : path}`;
    });
    assert.deepEqual([...new Set(seen)].sort(), ["GET accounts/me/plans/usage", "GET user", "GET users", "PATCH user"]);
  } finally {
    await vendor.close();
  }
});

test("Zoom: a quota of the day as its reference and its forum show it", () => {
  const examples = published("zoom-examples.json");
  const headersOf = (name: string) => new Headers(at(examples, name, "headers") as Record<string, string>);
  const told = meaningOf(429, undefined, headersOf("dailyLimit"));
  assert.deepEqual([told.message?.split(":")[0], told.retryAfterMs], ["too many requests", 0]);
  const body = at(examples, "userDailyLimit", "body");
  const { message, retryAfterMs = 0 } = meaningOf(429, body, headersOf("userDailyLimit"));
  assert.match(message ?? "", /You may resume these requests at GMT 00:00:00.: not before \d{4}-\d\d-\d\dT00:00:00/);
  assert.ok(retryAfterMs > 0 && retryAfterMs <= 86_400_000);
});
