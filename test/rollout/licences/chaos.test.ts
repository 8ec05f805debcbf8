import assert from "node:assert/strict";
import { test } from "node:test";
import type { Provider } from "../../../src/rollout/licences/provider.ts";
import { VendorError } from "../../../src/rollout/licences/vendor-error.ts";
import { Webex } from "../../../src/rollout/licences/webex.ts";
import { Zoom } from "../../../src/rollout/licences/zoom.ts";
import { zoomRates } from "../../../src/rollout/licences/zoom-quota.ts";
import type { HttpDouble } from "../../doubles/licences/http.ts";
import { startWebex } from "../../doubles/webex/server.ts";
import { startZoom } from "../../doubles/zoom/server.ts";
import { randomFrom } from "../../random.ts";
import { forever, passing, patience, people } from "./refusal.ts";

const free = 9;
const wanting = people(14);
/** Without those after which a vendor is left alone for a second. */
const faults = passing.filter(([what]) => what !== "429 without Retry-After").map(([, fault]) => fault);

interface World {
  readonly provider: Provider;
  readonly http: HttpDouble & { readonly overQuota: readonly string[] };
  readonly holders: () => readonly string[];
  readonly lag: (reads: number) => void;
}

const worlds: Readonly<Record<string, () => Promise<World>>> = {
  zoom: async () => {
    const http = await startZoom(free + 1);
    http.state.add("boss@example.org", { type: 2 });
    for (const email of wanting) http.state.add(email);
    const provider = new Zoom({
      token: async () => http.token,
      base: http.base,
      patience,
      rates: zoomRates.business,
    });
    return { provider, http, holders: () => http.state.licensed(), lag: (reads) => (http.state.lagReads = reads) };
  },
  webex: async () => {
    const http = await startWebex();
    http.state.licences.push({ id: "1", name: "Meetings", siteUrl: "a.webex.com", totalUnits: free + 1 });
    http.state.add("boss@example.org", { licences: new Set(["1"]) });
    for (const email of wanting) http.state.add(email);
    // As fast as the double takes it.
    const rate = { units: 290, perMs: 60_000, burst: 280 };
    const provider = new Webex({ token: async () => http.token, licence: "1", base: http.base, patience, rate });
    const holders = () => http.state.holders("1").map(({ email }) => email);
    return { provider, http, holders, lag: (reads) => (http.state.lagReads = reads) };
  },
};

for (const [name, start] of Object.entries(worlds)) {
  for (const seed of [1, 2, 3]) {
    test(`${name}: whatever fails, who was told "done" has a seat and nobody else, seed ${seed}`, async () => {
      const { provider, http, holders, lag } = await start();
      const random = randomFrom(seed);
      try {
        for (const email of wanting) {
          const who = encodeURIComponent(email);
          for (const line of [`^PATCH`, `^GET.*${who}`, "^POST"]) {
            if (random() < 0.5) continue;
            const fault = faults[Math.floor(random() * faults.length)];
            assert.ok(fault !== undefined);
            http.fail(new RegExp(line), { ...fault, applied: random() < 0.5 });
          }
        }
        lag(2);
        const ended = await Promise.allSettled(wanting.map((email) => provider.assign(email, forever)));
        const done = wanting.filter((_, nth) => ended[nth]?.status === "fulfilled");
        for (const each of ended) {
          if (each.status === "fulfilled") continue;
          assert.ok(each.reason instanceof VendorError && each.reason.kind === "noSeats", String(each.reason));
        }
        assert.deepEqual([...holders()].sort(), ["boss@example.org", ...done].sort());
        assert.equal(done.length, free);
        lag(0);
        assert.deepEqual(await provider.seats(forever), { total: free + 1, used: free + 1 });
        for (const email of done) await provider.reclaim(email, forever);
        assert.deepEqual(holders(), ["boss@example.org"]);
        assert.deepEqual(http.overQuota, []);
      } finally {
        await http.close();
      }
    });
  }
}
