import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { hostsOfNetwork } from "../../src/plan/names.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Plan, SlicePlan } from "../../src/plan/types.ts";
import { extras, fleetFrom, specs } from "./arbitrary.ts";
import { reference, small } from "./fleet.ts";

test("the reference fleet's stacks, in the order in which they can be built", () => {
  const { slices } = plan(reference());
  const groups = Map.groupBy(slices, (slice) => slice.stack.replace(/-\d+$/, ""));
  assert.deepEqual(
    [...groups].map(([name, members]) => `${name} × ${members.length}`),
    [
      "azure-hub × 1",
      "azure-regione × 1",
      "azure-regione-office × 19",
      "azure-regione-gis × 1",
      "azure-torino × 1",
      "azure-torino-office × 1",
      "azure-metropolitana × 1",
      "azure-metropolitana-office × 5",
      "azure-watch × 1",
      "lab-hub × 1",
      "lab-regione × 1",
      "lab-torino × 1",
      "lab-metropolitana × 1",
      "lab-consorzio × 1",
      "lab-watch × 1",
    ],
  );
  const office = slices.find((slice) => slice.stack === "azure-regione-office-19");
  assert.deepEqual(office, {
    stack: "azure-regione-office-19",
    target: "azure",
    kind: "hosts",
    body: "regione",
    pool: "regione/office",
    network: 18,
    // 3,010 − 18 × 160 = 130 hosts, six resources each; group, subnet, role; component and provider
    resources: 785,
    writes: [{ subscription: "main", network: 131, others: 652 }],
    after: ["azure-regione"],
  });
});

test("every stack comes after those it needs, and all are in the plan", () => {
  fc.assert(
    fc.property(specs(20_000), (spec) => {
      const seen = new Set<string>();
      for (const slice of plan(fleetFrom(spec)).slices) {
        assert.ok(slice.after.every((needed) => seen.has(needed)));
        seen.add(slice.stack);
      }
    }),
  );
});

test("every cloud host is in exactly one stack, and no stack of hosts is past 1,000 resources", () => {
  fc.assert(
    fc.property(specs(20_000), (spec) => {
      const made = plan(fleetFrom(spec));
      const hosts = made.slices.filter((slice) => slice.kind === "hosts");
      assert.ok(hosts.every((slice) => slice.resources <= 1000));
      for (const pool of made.bodies.flatMap((body) => body.pools)) {
        const own = hosts.filter((slice) => slice.pool === pool.id).map((slice) => slice.network);
        assert.deepEqual(own, pool.kind === "physical" ? [] : pool.networks.map((_, network) => network));
      }
    }),
  );
});

/** What a slice of hosts builds. */
function content({ bodies }: Plan, slice: SlicePlan): string[] {
  const pool = bodies.flatMap((body) => body.pools).find((each) => each.id === slice.pool);
  if (pool === undefined || slice.network === undefined) return [];
  return [...hostsOfNetwork(pool, slice.network)].map(({ name, address }) => `${name} ${address}`);
}

test("no slice's content moves when a fleet grows, or when pools and bodies are appended", () => {
  fc.assert(
    fc.property(specs(3000), fc.nat(3000), extras, (spec, more, extra) => {
      const before = plan(fleetFrom(spec));
      const after = plan(fleetFrom({ ...spec, desks: spec.desks + more }, extra));
      for (const slice of before.slices.filter(({ kind }) => kind === "hosts")) {
        const now = after.slices.find(({ stack }) => stack === slice.stack);
        assert.ok(now !== undefined, `${slice.stack} is gone`);
        const kept = content(after, now);
        assert.deepEqual(kept.slice(0, content(before, slice).length), content(before, slice));
      }
    }),
    { numRuns: 40 },
  );
});

test("a body without cloud desks has no stack in the cloud, one with laptops only has one in the lab", () => {
  const { slices } = plan(reference());
  assert.deepEqual(
    slices.filter((slice) => slice.body === "consorzio").map((slice) => slice.stack),
    ["lab-consorzio"],
  );
});

test("refuses two stacks of one name", () => {
  const pool = { share: 0.5, kind: "personal", class: "light" } as const;
  const collide = (...ids: string[]) =>
    plan(
      small(
        10,
        ids.map((id) => ({ id, name: id, pools: [{ id: "p", ...pool }] })),
      ),
    );
  assert.throws(() => collide("hub", "a"), {
    message: "the hub and body hub would both be the stack azure-hub; rename one",
  });
  assert.throws(() => collide("a", "a-p-1"), {
    message: "network 1 of pool a/p and body a-p-1 would both be the stack azure-a-p-1; rename one",
  });
});

test("services cost the lab one resource, however many they are", () => {
  const hub = (count: number) => {
    const services = Array.from({ length: count }, (_, index) => ({
      id: `s${index}`,
      name: "Service",
      url: `https://s${index}.example/`,
    }));
    const pool = { id: "p", share: 1, kind: "personal", class: "light" } as const;
    return (
      plan(small(10, [{ id: "a", name: "A", pools: [pool] }], { services })).slices.find(
        ({ stack }) => stack === "lab-hub",
      )?.resources ?? 0
    );
  };
  assert.deepEqual([hub(1) - hub(0), hub(500) - hub(0)], [1, 1]);
});

test("the watch has one resource more where the lab's own vendor gives seats to people of a list", () => {
  const watch = (videoconference: { provider: "livekit" | "zoom"; people?: string }) => {
    const pool = { id: "p", share: 1, kind: "personal", class: "light" } as const;
    const { slices } = plan(small(10, [{ id: "a", name: "A", pools: [pool] }], { videoconference }));
    return slices.find(({ stack }) => stack === "lab-watch")?.resources;
  };
  const people = "people.csv";
  assert.deepEqual(
    [watch({ provider: "livekit" }), watch({ provider: "zoom", people }), watch({ provider: "livekit", people })],
    [12, 12, 13],
  );
});

test("LiveKit costs the lab one resource, another provider none", () => {
  const hub = (videoconference: { provider: "livekit" | "zoom" } | undefined) => {
    const pool = { id: "p", share: 1, kind: "personal", class: "light" } as const;
    const extra = videoconference === undefined ? {} : { videoconference };
    const { slices } = plan(small(10, [{ id: "a", name: "A", pools: [pool] }], extra));
    return slices.find(({ stack }) => stack === "lab-hub")?.resources ?? 0;
  };
  const none = hub(undefined);
  assert.deepEqual([hub({ provider: "livekit" }) - none, hub({ provider: "zoom" }) - none], [1, 0]);
});
