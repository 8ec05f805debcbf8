import assert from "node:assert/strict";
import { test } from "node:test";
import { demandsFor } from "../../../src/link/accept/demands.ts";
import { judge } from "../../../src/link/accept/judge.ts";
import { type Acceptance, acceptanceJson, reportText, verdictLine } from "../../../src/link/accept/report.ts";

function acceptance(mbps: number): Acceptance {
  const findings = judge(
    {
      throughput: [{ way: "to the hub", bitsPerSecond: mbps * 1e6, seconds: 10, streams: 4, retransmits: 2 }],
      echoes: { everyMs: 10, roundTrips: Array.from({ length: 500 }, () => 0.021) },
      failover: { untested: "not wanted (--no-failover)" },
    },
    demandsFor({ mbps: 100, share: 0.8, loss: 0.01, promisedMs: undefined }),
  );
  return {
    link: "comune/municipio/fibre",
    site: "comune/municipio",
    carrier: "carrier-a",
    mbps: 100,
    by: "anna",
    from: Date.parse("2026-11-27T20:00:00Z"),
    until: Date.parse("2026-11-27T20:01:05Z"),
    timezone: "Europe/Rome",
    place: "the lab",
    findings,
    accepted: findings.every(({ outcome }) => outcome !== "fail"),
    notes: ["Despite: it is too narrow (the mayor)."],
    fleet: "small",
    stage: "surge",
    digests: { fleet: "ab".repeat(32), plan: "cd".repeat(32) },
    tools: { iperf3: "3.12", fping: "5.1" },
  };
}

test("the verdict names what refused, and what was not tested", () => {
  assert.equal(verdictLine(acceptance(88)), "comune/municipio/fibre: accepted, failover and back not tested");
  assert.equal(verdictLine(acceptance(12)), "comune/municipio/fibre: REFUSED: throughput to the hub");
});

test("the report says who, when, what by the contract, every figure, its sample, and with what", () => {
  const text = reportText(acceptance(88));
  for (const says of [
    /^carrier {5}carrier-a$/m,
    /^contract {4}100 Mb\/s each way$/m,
    /^tested by {3}anna$/m,
    /^from {8}2026-11-27 21:00:00 \+01:00 \(2026-11-27T20:00:00Z\)$/m,
    /^until .* 1 min 05 s$/m,
    /^fleet .*small, stage surge; file's SHA-256 (?:ab){32}$/m,
    /^plan .*(?:cd){32}$/m,
    /^tools .*iperf3 3\.12; fping 5\.1$/m,
    /throughput to the hub +│ +88 Mb\/s │ at least 80 Mb\/s │ pass +│ 10\.0 s, 4 TCP streams, 2/,
    /0 of 500 probes lost, 10 ms/,
    /round trip, median +│ +21 ms │ +- │ told/,
    /^Despite: it is too narrow \(the mayor\)\.$/m,
  ]) {
    assert.match(text, says);
  }
});

test("JSON has every figure, and null where there is none", () => {
  const json = JSON.parse(JSON.stringify(acceptanceJson(acceptance(12)))) as {
    accepted: boolean;
    from: string;
    findings: { what: string; value: number | null; demand: object | null; outcome: string }[];
  };
  assert.deepEqual([json.accepted, json.from], [false, "2026-11-27T20:00:00Z"]);
  assert.deepEqual(json.findings[0], {
    what: "throughput to the hub",
    value: 12,
    unit: "Mb/s",
    demand: { bound: "at least", limit: 80 },
    outcome: "fail",
    sample: "10.0 s, 4 TCP streams, 2 packets sent again",
    why: acceptance(12).findings[0]?.why,
  });
  const last = json.findings.at(-1);
  assert.deepEqual([last?.value, last?.demand, last?.outcome], [null, null, "not tested"]);
});
