import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { TokenSource } from "../../../src/rollout/licences/client.ts";
import { webexTokens, zoomTokens } from "../../../src/rollout/licences/tokens.ts";
import { Webex } from "../../../src/rollout/licences/webex.ts";
import { Zoom } from "../../../src/rollout/licences/zoom.ts";
import type { Fault } from "../../doubles/licences/http.ts";
import { startWebex, webexApp, type WebexDouble } from "../../doubles/webex/server.ts";
import { startZoom, zoomApp, type ZoomDouble } from "../../doubles/zoom/server.ts";
import { forever, patience, people, refusal } from "./refusal.ts";

let zoom: ZoomDouble;
let webex: WebexDouble;
beforeEach(async () => {
  [zoom, webex] = await Promise.all([startZoom(10), startWebex()]);
  webex.state.licences.push({ id: "1", name: "Meetings", siteUrl: "site1-example.webex.com", totalUnits: 10 });
  for (const email of people(4)) {
    zoom.state.add(email);
    webex.state.add(email);
  }
});
afterEach(() => Promise.all([zoom.close(), webex.close()]));

const vendors: readonly (readonly [string, () => ZoomDouble | WebexDouble, () => TokenSource, () => TokenSource])[] = [
  [
    "zoom",
    () => zoom,
    () => zoomTokens({ ...zoomApp, address: zoom.tokenAddress }),
    () => zoomTokens({ ...zoomApp, accountId: "another", address: zoom.tokenAddress }),
  ],
  [
    "webex",
    () => webex,
    () => webexTokens({ ...webexApp, address: webex.tokenAddress }),
    () => webexTokens({ ...webexApp, clientId: "another", address: webex.tokenAddress }),
  ],
];

for (const [name, vendor, tokens, wrong] of vendors) {
  test(`${name}: one request for all who wait, and the token is kept`, async () => {
    const token = tokens();
    const given = await Promise.all(people(4).map(() => token(forever)));
    assert.deepEqual(new Set(given), new Set([vendor().token]));
    assert.equal(await token(forever), vendor().token);
    assert.equal(vendor().requests.length, 1);
    assert.match(vendor().requests[0] ?? "", /^POST [^?]*$/);
  });

  test(`${name}: renewed when it is refused, once, also where an older one is refused later`, async () => {
    const token = tokens();
    const first = await token(forever);
    vendor().expireToken();
    const next = await Promise.all(people(4).map(() => token(forever, first)));
    assert.deepEqual(new Set(next), new Set([vendor().token]));
    assert.equal(await token(forever, first), vendor().token);
    assert.equal(vendor().tokensGiven, 2);
  });

  test(`${name}: renewed before it ends`, async () => {
    vendor().fail(/token/, { status: 200, body: '{"access_token":"short","expires_in":0.001}' });
    const token = tokens();
    assert.equal(await token(forever), "short");
    const end = performance.now() + 1;
    while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await token(forever), vendor().token);
  });

  test(`${name}: a refusal is told without a secret, and each caller asks again`, async () => {
    const error = await refusal(wrong()(forever));
    assert.equal(error.kind, "refused");
    assert.match(error.message, new RegExp(`^${name}: no token: 4\\d\\d `));
    vendor().fail(/token/, { status: 401, body: '{"error":"invalid_client","reason":"no <app>"}' });
    const token = tokens();
    assert.match((await refusal(token(forever))).message, /no token: 401 invalid_client: no <app>$/);
    assert.equal(await token(forever), vendor().token);
  });

  const passing: readonly (readonly [string, Fault])[] = [
    ["503", { status: 503, headers: { "retry-after": "0" } }],
    ["429", { status: 429, headers: { "retry-after": "0" }, body: "{}" }],
    ["an answer of another shape", { status: 200, body: '{"access_token":""}' }],
    ["no JSON", { status: 200, body: "<html>" }],
    ["a connection that breaks", { cut: true }],
  ];
  for (const [what, fault] of passing) {
    test(`${name}: ${what} passes`, async () => {
      vendor().fail(/token/, fault);
      const token = tokens();
      assert.equal((await refusal(token(forever))).kind, "passing");
      assert.equal(await token(forever), vendor().token);
    });
  }

  test(`${name}: one who gives up leaves the others their token`, async () => {
    const token = tokens();
    const stop = new AbortController();
    const first = token(stop.signal);
    const second = token(forever);
    stop.abort(new Error("enough"));
    await assert.rejects(first, /enough/);
    await assert.rejects(token(stop.signal), /enough/);
    assert.equal(await second, vendor().token);
    assert.equal(vendor().requests.length, 1);
  });
}

test("secrets that a vendor repeats are not told", async () => {
  const zoomSecret = { ...zoomApp, clientSecret: "another s3cret", address: zoom.tokenAddress };
  const basic = Buffer.from(`${zoomApp.clientId}:another s3cret`).toString("base64");
  const first = await refusal(zoomTokens(zoomSecret)(forever));
  assert.match(first.message, /^zoom: no token: 401 invalid_client: Invalid client Basic \[secret\]$/);
  const second = await refusal(
    webexTokens({ ...webexApp, refreshToken: "r3fresh/old", address: webex.tokenAddress })(forever),
  );
  assert.match(second.message, /^webex: no token: 400 Request has errors: refresh token \[secret\] of \[secret\]$/);
  for (const error of [first, second]) {
    const all = `${error.message}${JSON.stringify(error)}${error.stack}`;
    for (const secret of ["s3cret", basic, "r3fresh"]) assert.ok(!all.includes(secret), secret);
  }
});

test("webex: another refresh token, where one comes, is used next", async () => {
  const token = webexTokens({ ...webexApp, address: webex.tokenAddress });
  const first = await token(forever);
  webex.expireToken();
  const second = await token(forever, first);
  webex.expireToken();
  assert.equal(await token(forever, second), webex.token);
  assert.equal(webex.refreshToken, "refresh-4");
});

test("providers with their tokens: renewed in the middle of the work", async () => {
  const first = new Zoom({
    token: zoomTokens({ ...zoomApp, address: zoom.tokenAddress }),
    base: zoom.base,
    patience,
  });
  const second = new Webex({
    token: webexTokens({ ...webexApp, address: webex.tokenAddress }),
    licence: "1",
    base: webex.base,
    patience,
  });
  for (const email of people(4)) {
    await Promise.all([first.assign(email, forever), second.assign(email, forever)]);
    zoom.expireToken();
    webex.expireToken();
  }
  assert.deepEqual(zoom.state.licensed(), people(4));
  assert.equal(webex.state.holders("1").length, 4);
  assert.deepEqual([zoom.tokensGiven, webex.tokensGiven], [4, 4]);
});
