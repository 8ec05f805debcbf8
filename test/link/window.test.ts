import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { alerts } from "../../dashboards/rules.ts";
import type { KeptSilence } from "../../src/link/alertmanager.ts";
import { decide, lineAlerts, silenceOf, type Standing, type Window, windowsOf } from "../../src/link/window.ts";

const hour = 3600 * 1000;
const now = Date.parse("2026-11-27T12:00:00Z");
const fibre: Window = { link: "b/s/fibre", from: now + hour, until: now + 3 * hour, why: "splice: 3 of 4", by: "x" };
const radio: Window = { ...fibre, link: "b/s/radio" };

const kept = (window: Window, id = "1"): KeptSilence => ({ ...silenceOf(window), id, status: { state: "pending" } });
const standing = (changed: Partial<Standing> = {}): Standing => ({
  now,
  site: "b/s",
  lines: [
    { link: "b/s/fibre", mbps: 1000, up: true },
    { link: "b/s/radio", mbps: 100, up: true },
    { link: "b/s/satellite", mbps: 20, up: true },
  ],
  windows: [],
  people: 160,
  demandMbps: 80,
  ...changed,
});
const lines = (...up: readonly (boolean | undefined)[]) => ({
  lines: standing().lines.map((line, index) => ({ ...line, up: up[index] })),
});

describe("a window is", () => {
  const cases: readonly (readonly [what: string, standing: Standing, forced: boolean, expected: string])[] = [
    ["opened where the next line carries the site", standing(), false, "may b/s/radio,b/s/satellite"],
    [
      "refused where the line that takes over is too narrow",
      standing(lines(true, false, true)),
      false,
      "forceable: 160 people at once at b/s need 80 Mb/s, and b/s/satellite, which takes over, has 20",
    ],
    ["opened all the same on somebody's word", standing(lines(true, false, true)), true, "may b/s/satellite"],
    [
      "refused on anybody's word where no other line is up",
      standing(lines(true, false, undefined)),
      true,
      "never: b/s/fibre is the last working line of b/s: b/s/radio is down now; b/s/satellite is not measured now",
    ],
    ["opened where the line itself is down", standing(lines(false, true, false)), false, "may b/s/radio"],
    [
      "refused where the others have windows then",
      standing({ ...lines(true, true, false), windows: windowsOf([kept(radio)]) }),
      true,
      "never: b/s/fibre is the last working line of b/s: b/s/radio has a window of 2026-11-27T13:00:00Z to 2026-11-27T15:00:00Z; b/s/satellite is down now",
    ],
    [
      "opened where the others' windows are over by then",
      standing({ ...lines(true, true, false), windows: windowsOf([kept({ ...radio, from: now, until: fibre.from })]) }),
      false,
      "may b/s/radio",
    ],
    [
      "opened where the others' windows begin when it is over",
      standing({
        ...lines(true, true, false),
        windows: windowsOf([kept({ ...radio, from: fibre.until, until: fibre.until + hour })]),
      }),
      false,
      "may b/s/radio",
    ],
    [
      "refused where the line has one, of other words",
      standing({ windows: windowsOf([kept({ ...fibre, why: "paint" })]) }),
      true,
      'never: b/s/fibre has a window of 2026-11-27T13:00:00Z to 2026-11-27T15:00:00Z ("paint"); end that one first, or take another time',
    ],
    ["left as it is where it is there", standing({ windows: windowsOf([kept(fibre)]) }), false, "there already"],
    ["refused where it is over", standing({ now: fibre.until }), true, "never: it is over already"],
  ];
  for (const [what, known, forced, expected] of cases) {
    test(what, () => {
      const decision = decide(fibre, known, forced);
      const told =
        decision.kind === "refused"
          ? `${decision.canForce ? "forceable" : "never"}: ${decision.reasons.join(" | ")}`
          : decision.kind === "may"
            ? `may ${decision.left.map(({ link }) => link).join(",")}`
            : decision.kind;
      assert.equal(told, expected);
    });
  }

  test("never opened without a line that is up and free, whatever is forced", () => {
    const state = fc.constantFrom(true, false, undefined);
    const span = fc
      .tuple(fc.nat(6), fc.nat(6))
      .map(([from, length]) => [now + from * hour, now + (from + length) * hour] as const);
    fc.assert(
      fc.property(fc.tuple(state, state, state), fc.array(span), fc.boolean(), (up, spans, forced) => {
        const windows = windowsOf(spans.map(([from, until], index) => kept({ ...radio, from, until }, String(index))));
        const decision = decide(fibre, standing({ ...lines(...up), windows }), forced);
        const busy = spans.some(([from, until]) => from < fibre.until && fibre.from < until);
        const free = (up[1] === true && !busy) || up[2] === true;
        if (decision.kind === "may") assert.ok(free && decision.left.length > 0);
        if (!free) assert.equal(decision.kind, "refused");
      }),
    );
  });
});

test("a window is what its silence says, and other silences are none", () => {
  const [window] = windowsOf([kept(fibre)]);
  assert.deepEqual(
    { link: window?.link, from: window?.from, until: window?.until, why: window?.why, by: window?.by },
    fibre,
  );
  const ended: KeptSilence = { ...kept(fibre), status: { state: "expired" } };
  const foreign: KeptSilence = { ...kept(fibre), comment: "Christmas" };
  assert.deepEqual(windowsOf([ended, foreign]), []);
});

test("what tells that a site or a gateway is gone is never muted", () => {
  for (const name of ["SiteDown", "GatewayDown", "Watchdog", "ProberDown"]) {
    assert.ok(!(lineAlerts as readonly string[]).includes(name));
  }
});

test("every alert of a line alone is muted: a new one has to be placed", () => {
  // LinksBurn… are a body's, of all its lines together.
  const ofLines = alerts.map(({ alert }) => alert).filter((alert) => /^(Link(?!s)|Latency)/.test(alert));
  assert.ok(ofLines.includes("LinkDown"));
  for (const alert of ofLines) assert.ok((lineAlerts as readonly string[]).includes(alert), alert);
});
