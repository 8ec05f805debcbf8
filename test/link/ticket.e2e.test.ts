import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { freePort } from "../handshake/servers.ts";
import { referenceFile } from "../plan/fleet.ts";
import { type Past, type PastSeries, withPast } from "./past.ts";
import { link } from "./run.ts";

const line = "regione/giunta/fibre";
const probed = `body="regione",site="regione/giunta",gateway="hub-a",link="${line}",vantage="hub"`;

/** Seconds after the past began, from one time to another of that day. */
const at = (time: string): number => (Date.parse(`2020-03-09T${time}Z`) - Date.parse("2020-03-09T09:59:00Z")) / 1000;
const between = (second: number, from: string, until: string): boolean => second >= at(from) && second < at(until);

/** Prometheus itself was away. */
const away = (second: number): boolean => between(second, "11:00:00", "11:10:00");
const down = (second: number): boolean =>
  between(second, "10:30:00", "10:30:47") || between(second, "13:50:00", "23:00:00");
/** The prober was away, and what it last told stood. */
const silent = (second: number): boolean => between(second, "12:00:00", "12:05:00");

/** A counter that grows by `step(second)` each second, and began anew at 12:30. */
function counter(name: string, extra: string, step: (second: number) => number): PastSeries {
  let value = 0;
  return {
    series: `${name}{${probed}${extra}}`,
    every: 1,
    value: (second) => {
      if (second === at("12:30:00")) value = 0;
      if (!silent(second) && second > 0) value += step(second);
      return away(second) ? undefined : value;
    },
  };
}

const past: Past = {
  from: Date.parse("2020-03-09T09:59:00Z"),
  seconds: at("14:00:01"),
  series: [
    {
      series: `link:deskbridge_up:max{body="regione",site="regione/giunta",gateway="hub-a",link="${line}"}`,
      every: 0.5,
      value: (second) => (away(second) ? undefined : down(second) ? 0 : 1),
    },
    {
      series: `link:deskbridge_up:max{body="torino",site="torino/palazzo-civico",gateway="hub-a",link="torino/palazzo-civico/fibre"}`,
      every: 1,
      value: (second) => (between(second, "10:30:10", "10:30:20") ? 0 : 1),
    },
    {
      series: `link:deskbridge_up:max{body="regione",site="regione/consiglio",gateway="hub-b",link="regione/consiglio/fibre"}`,
      every: 1,
      value: (second) => (between(second, "10:30:47", "10:31:00") ? 0 : 1),
    },
    ...["sa", "child", "route"].map((layer): PastSeries => ({
      series: `deskbridge_link_state{${probed},layer="${layer}"}`,
      every: 15,
      value: (second) => (layer !== "sa" && between(second, "10:30:10", "10:30:50") ? 0 : 1),
    })),
    counter("deskbridge_link_probe_attempts_total", "", () => 5),
    counter("deskbridge_link_probe_failures_total", "", (second) => (down(second) ? 5 : 0)),
    ...(
      [
        ["0.01", 1],
        ["0.02", 4],
        ["+Inf", 5],
      ] as const
    ).map(([bound, share]) =>
      counter("deskbridge_link_probe_rtt_seconds_bucket", `,le="${bound}"`, (second) => (down(second) ? 0 : share)),
    ),
  ],
};

const ticket = (...args: readonly string[]) => link("ticket", ...args);

const period = ["--at", "2020-03-09T15:00+01:00", "--since", "2020-03-09T11:00"] as const;

const folder = mkdtempSync(join(tmpdir(), "deskbridge-ticket-"));
after(() => rmSync(folder, { recursive: true }));

/** The reference fleet's file, in which the line's carrier promises this part of a month. */
function promisedBy(availability: number): string {
  const file = join(folder, `${availability}.yaml`);
  const text = readFileSync(referenceFile, "utf8").replace(
    "mbps: 1000 }",
    `mbps: 1000, availability: ${availability} }`,
  );
  writeFileSync(file, text);
  return file;
}

describe("deskbridge link ticket", () => {
  test("says what a real Prometheus remembers, to the second, and what it does not", async () => {
    await withPast(past, async (url) => {
      const { status, stdout, stderr } = await ticket(line, ...period, "--prometheus", url, "--json");
      assert.equal(status, 0, stderr);
      const told = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual(told["outages"], [
        {
          from: "2020-03-09T10:30:00Z",
          until: "2020-03-09T10:30:47Z",
          seconds: 47,
          begins: "seen",
          ends: "seen",
          layers: { child: true, route: true, sa: false },
          otherLines: ["torino/palazzo-civico/fibre"],
        },
        {
          from: "2020-03-09T13:50:00Z",
          until: "2020-03-09T14:00:00Z",
          seconds: 600,
          begins: "seen",
          ends: "period",
          layers: { child: false, route: false, sa: false },
          otherLines: [],
        },
      ]);
      assert.deepEqual(told["gaps"], [
        { from: "2020-03-09T11:00:00Z", until: "2020-03-09T11:10:00Z", seconds: 600 },
        // Of its counter it is read every 15 s that it stood still.
        { from: "2020-03-09T12:00:00Z", until: "2020-03-09T12:04:45Z", seconds: 285 },
      ]);
      assert.equal(told["state"], "down");
      const known = 4 * 3600 - 885;
      assert.deepEqual(told["availability"], {
        up: known - 647,
        down: 647,
        notMeasured: 885,
        ratio: (known - 647) / known,
      });
      const month = told["month"] as Record<string, unknown>;
      assert.equal(month["month"], "2020-03");
      assert.equal(month["down"], 647);
      // From the month's first moment in Rome on, less the minute before the period.
      assert.equal(month["notMeasured"], (8 * 24 + 11) * 3600 - 60 + 885);
      assert.deepEqual([told["promised"], told["promise"]], [null, null]);
      const probes = told["probes"] as { sent: number; lost: number };
      // While Prometheus was away, the prober went on counting; of the quarter minute before the counter began anew at
      // 12:30 nothing is known but that second's five.
      assert.equal(probes.sent, 5 * (4 * 3600 - 300 - 14));
      assert.equal(probes.lost, 5 * 648);
      const { median, p95 } = told["roundTrip"] as Record<string, { above: number; atMost: number | null }>;
      assert.deepEqual([median?.above, median?.atMost, p95?.above, p95?.atMost], [0.01, 0.02, 0.02, null]);

      const words = await ticket(line, ...period, "--prometheus", url);
      for (const said of [
        "Line regione/giunta/fibre of carrier-a: still down at the end of the period",
        "from 2020-03-09 11:30:00 +01:00 (2020-03-09T10:30:00Z)",
        "47 s; at our gateway: IKE SA kept, child SA lost, BGP route lost",
        "other lines of carrier-a down meanwhile: torino/palazzo-civico/fibre",
        ", still down at the end of the period",
        "not measured for 14 min 45 s",
        "95 % within more than 20 ms",
      ]) {
        assert.ok(words.stdout.includes(said), `${said}\nin:\n${words.stdout}`);
      }
      assert.doesNotMatch(words.stdout, /\d+\.\d+\.\d+\.\d+|promised {2,}/, "an address of ours, a promise of nobody");

      // Of March, which has an hour less: 267 s and 2,675 s.
      for (const [availability, allowed, broken, verdict] of [
        [0.9999, 267.48, true, "99.99 % of it, so at most 4 min 27 s down: broken"],
        [0.999, 2674.8, false, "99.9 % of it, so at most 44 min 35 s down: not broken so far"],
      ] as const) {
        const file = promisedBy(availability);
        const { stdout, stderr } = await ticket(line, ...period, "--prometheus", url, "--fleet", file);
        assert.ok(stdout.includes(`  promised            ${verdict}`), stdout + stderr);
        const data = await ticket(line, ...period, "--prometheus", url, "--fleet", file, "--json");
        const { promised, promise } = JSON.parse(data.stdout) as Record<string, unknown>;
        assert.deepEqual([promised, promise], [availability, { allowed, broken }]);
      }

      const elsewhere = await ticket("torino/palazzo-civico/fibre-2", ...period, "--prometheus", url);
      assert.match(elsewhere.stdout, /no outage measured/);
      assert.match(elsewhere.stdout, /in the period +not measured; not measured for 4 h/);
    });
  });

  test("says where it looked when Prometheus is away, refuses, or is something else", async () => {
    const port = await freePort();
    const away = await ticket(line, "--prometheus", `http://127.0.0.1:${port}`);
    assert.equal(away.status, 1);
    assert.match(
      away.stderr,
      new RegExp(`^Prometheus at http://127.0.0.1:${port}: connect ECONNREFUSED.*--prometheus URL`),
    );
    const server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith("/no/") === true ? 503 : 200;
      response.end("<html>");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.match((await ticket(line, "--prometheus", `${place}/no`)).stderr, /it answered 503: <html>; name another/);
    assert.match((await ticket(line, "--prometheus", place)).stderr, /its answer is not Prometheus's: <html>/);
    server.close();
  });

  test("refuses what it does not know", async () => {
    const unknown = await ticket("regione/giunta/copper");
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /no line "regione\/giunta\/copper"; choose one of: regione\/giunta\/fibre, /);
    assert.match((await ticket(line, "--since", "yesterday")).stderr, /--since "yesterday": not a time; write it as/);
    assert.match(
      (await ticket(line, "--since", "2020-03-09", "--until", "2020-03-08")).stderr,
      /--since must be before/,
    );
    assert.equal((await ticket(line, "--until", "2999-01-01")).status, 2);
  });
});
