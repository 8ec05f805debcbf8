import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Edit, edited, errorsAfter, parse, referenceText, smallText, told } from "./fixture.ts";

/** What the schema and YAML refuse: an edit of small.yaml, and everything that is told of it. */
const refused: readonly (readonly [what: string, edit: Edit, errors: readonly string[]])[] = [
  [
    "a number out of its bounds",
    ["concurrency: 0.85", "concurrency: 1.5"],
    ["fleet.yaml:22:79 bodies[0].pools[0].concurrency: concurrency must be at most 1, not 1.5"],
  ],
  [
    "a number that must be more than 0",
    ["mbps: 50", "mbps: 0"],
    ["fleet.yaml:31:52 bodies[0].sites[0].links[1].mbps: mbps must be more than 0, not 0"],
  ],
  [
    "a promise of more than a part",
    ["availability: 0.999", "availability: 99.9"],
    [
      "fleet.yaml:30:87 bodies[0].sites[0].links[0].availability: availability must be less than 1, not 99.9 | write 0.999 for 99.9 %",
    ],
  ],
  [
    "a part where a whole number belongs",
    ["seats: 3", "seats: 3.5"],
    ["fleet.yaml:37:12 bodies[1].seats: seats must be a whole number, not 3.5"],
  ],
  [
    "a percentage",
    ["enabled: 0.4", "enabled: 40 %"],
    ['fleet.yaml:25:34 bodies[0].staff.enabled: enabled must be a number, not the text "40 %" | write 0.4'],
  ],
  [
    "a number in quotes",
    ["total: 60", 'total: "60"'],
    [
      'fleet.yaml:25:21 bodies[0].staff.total: total must be a whole number, not the text "60" | write 60, without quotes',
    ],
  ],
  [
    "a word of YAML 1.1 for true",
    ["mbps: 50, critical: true", "mbps: 50, critical: yes"],
    [
      'fleet.yaml:31:66 bodies[0].sites[0].links[1].critical: critical must be true or false, not the text "yes" | write true',
    ],
  ],
  [
    "a number where a text belongs",
    ['number: "800000000"', "number: 800000000"],
    [
      "fleet.yaml:70:11 contactCentre.number: number must be a text, not 800000000 | put it in quotes, so that YAML reads a text",
    ],
  ],
  [
    "a missing value",
    ["name: Comune di Prova", "name:"],
    ["fleet.yaml:19:5 bodies[0].name: name must be a text, not nothing"],
  ],
  [
    "a missing key",
    ["    name: Comune di Prova\n", ""],
    ["fleet.yaml:18:5 bodies[0].name: name is missing; it must be a text"],
  ],
  [
    "a missing choice",
    [", kind: pooled", ""],
    ["fleet.yaml:36:9 bodies[1].pools[0].kind: kind is missing; it must be one of personal, pooled, physical"],
  ],
  [
    "a mistyped required key, told once",
    ["kind: pooled", "knid: pooled"],
    [
      'fleet.yaml:36:36 bodies[1].pools[0].knid: unknown key "knid"; the keys of pools[0] are id, share, desks, list, kind, class, site, concurrency, prefix | did you mean "kind"?',
    ],
  ],
  [
    "an unknown key far from any known one",
    ["country: IT", "region: Piemonte"],
    [
      'fleet.yaml:7:1 region: unknown key "region"; the keys of the file are version, name, timezone, country, azure, network, access, stages, bodies, services, videoconference, units, contactCentre, alerts',
    ],
  ],
  [
    "a wrong choice",
    ["provider: livekit", "provider: Livekit"],
    [
      'fleet.yaml:54:13 videoconference.provider: provider must be one of livekit, graph, zoom, webex, not "Livekit" | did you mean "livekit"?',
    ],
  ],
  ["another version", ["version: 1", "version: 2"], ["fleet.yaml:4:10 version: version must be 1, not 2"]],
  [
    "a mapping where a list belongs",
    ["protect: [council]", "protect: { council: 1 }"],
    ["fleet.yaml:56:3 videoconference.protect: protect must be a list, not a mapping"],
  ],
  [
    "a list where a mapping belongs",
    ["laptops: { concurrency: 0.9 }", "laptops: [0.9]"],
    ["fleet.yaml:46:5 bodies[2].laptops: laptops must be a mapping with the keys concurrency, not a list"],
  ],
  [
    "an empty list",
    ["people: [p01, p02, p03, p04]", "people: []"],
    ["fleet.yaml:63:5 units[0].people: people must have at least 1 item, not 0"],
  ],
  [
    "a long text",
    ["name: Crisis Unit", `name: ${"x".repeat(121)}`],
    ["fleet.yaml:62:11 units[0].name: name must have at most 120 characters, not 121"],
  ],
  [
    "a key that is no id",
    ["exempt: { essential: 10 }", "exempt: { Essential: 10 }"],
    [
      'fleet.yaml:25:49 bodies[0].staff.exempt.Essential: the key "Essential" must be lower-case letters, digits and single hyphens, starting with a letter',
    ],
  ],
  [
    "a day that the calendar does not have",
    ["date: 2020-03-10", "date: 2021-02-29"],
    [
      'fleet.yaml:58:47 videoconference.sittings[0].date: date must be a day of the calendar as YYYY-MM-DD, not "2021-02-29"',
    ],
  ],
  [
    "a time of day",
    ['at: "10:00"', 'at: "25:00"'],
    ['fleet.yaml:58:63 videoconference.sittings[0].at: at must be a time of day as HH:MM, not "25:00"'],
  ],
  [
    "a duration",
    ["handle: 300s", "handle: 5 minutes"],
    [
      'fleet.yaml:76:56 contactCentre.queues[0].handle: handle must be a duration such as 20s, 30m or 1h, not "5 minutes"',
    ],
  ],
  [
    "an address without its scheme",
    ["http://127.0.0.1:9095/day", "127.0.0.1:9095/day"],
    [
      "fleet.yaml:79:19 alerts.day.webhook: webhook must be an http or https address such as https://documents.example/, not what stands there",
    ],
  ],
  [
    "an address of another scheme",
    ["https://documents.example/", "file:///etc/passwd"],
    [
      'fleet.yaml:51:56 services[0].url: url must be an http or https address such as https://documents.example/, not "file:///etc/passwd"',
    ],
  ],
  [
    "a range of addresses",
    ["access:\n", "network: { desks: 10.64.0.0/33 }\naccess:\n"],
    ['fleet.yaml:10:19 network.desks: desks must be an IPv4 range such as 10.64.0.0/12, not "10.64.0.0/33"'],
  ],
  [
    "a key that stands twice",
    ["    seats: 5\n", "    seats: 5\n    seats: 5\n"],
    ['fleet.yaml:25:5 : the key "seats" stands twice in this mapping | the first is at fleet.yaml:24:5; remove one'],
  ],
  [
    "an alias of nothing",
    ["class: light", "class: *light"],
    ["fleet.yaml:36:57 : the alias *light names no anchor that stands before it"],
  ],
  [
    "two documents",
    ["services:\n", "---\nservices:\n"],
    ["fleet.yaml:50:1 : the file holds several documents; it must be one | remove the ---"],
  ],
  [
    "a key that is a list",
    ["country: IT", "? [country]\n: IT"],
    ["fleet.yaml:7:3 : a key must be a plain word, not a list, mapping or alias"],
  ],
  [
    "a merge of what is no mapping",
    ["country: IT", "<<: IT"],
    ["fleet.yaml:7:1 : << merges mappings in: it must name one, or a list of them"],
  ],
  ["a tag", ["name: small", "name: !secret small"], ["fleet.yaml:5:7 : not valid YAML: unresolved tag: !secret"]],
  [
    "a list that is not there",
    ["share: 0.25, kind: pooled", "share: 0.25, list: gone.csv, kind: pooled"],
    ['fleet.yaml:36:42 bodies[1].pools[0].list: cannot read "gone.csv": there is no such file'],
  ],
];

describe("parseFleet", () => {
  it("reads the reference fleet", () => {
    const { fleet, errors } = parse(referenceText);
    assert.deepEqual(errors, []);
    assert.equal(fleet?.stages.at(-1)?.desks, 7000);
    assert.equal(fleet.bodies.flatMap((body) => body.sites.flatMap((site) => site.links)).length, 9);
  });

  it("fills in the defaults", () => {
    const { fleet } = parse(smallText);
    assert.deepEqual(fleet?.network, {
      desks: "10.64.0.0/12",
      clients: "10.96.0.0/13",
      transit: "10.112.0.0/16",
      carriers: "198.18.0.0/15",
    });
    assert.equal(fleet.access.way, "gateway");
    assert.equal(fleet.bodies[1]?.sites[0]?.links[0]?.critical, false);
    assert.deepEqual(fleet.bodies[2]?.pools, []);
  });

  for (const [what, edit, errors] of refused) {
    it(`refuses ${what}`, () => assert.deepEqual(errorsAfter([edit]), errors));
  }

  it("reads anchors and merged mappings, and places errors where the value is written", () => {
    const edits: Edit[] = [
      ["mbps: 100, critical: true, availability: 0.999 }", "<<: &line { mbps: 100, critical: true } }"],
      ["mbps: 50, critical: true, availability: 0.99 }", "<<: *line, mbps: 20 }"],
    ];
    const { fleet } = parse(edited(edits));
    assert.deepEqual(
      fleet?.bodies[0]?.sites[0]?.links.map(({ id, mbps, critical }) => ({ id, mbps, critical })),
      [
        { id: "fibre", mbps: 100, critical: true },
        { id: "radio", mbps: 20, critical: true },
      ],
    );
    const wrong = edited([
      [
        "{ id: fibre, carrier: carrier-a, mbps: 100, critical: true, availability: 0.999 }",
        "&line { id: fibre, carrier: carrier-a, mbps: fast }",
      ],
      ["{ id: radio, carrier: carrier-b, mbps: 50, critical: true, availability: 0.99 }", "{ <<: *line, id: radio }"],
    ]);
    assert.deepEqual(told(parse(wrong).errors), [
      'fleet.yaml:30:58 bodies[0].sites[0].links[0].mbps: mbps must be a number, not the text "fast"',
      'fleet.yaml:30:58 bodies[0].sites[0].links[1].mbps: mbps must be a number, not the text "fast"',
    ]);
  });

  it("underlines the value", () => {
    const { errors } = parse(
      edited([
        ["kind: pooled", "kind: poold"],
        ["date: 2020-09-30", "date: tomorrow"],
      ]),
    );
    const underlined = errors.map(({ excerpt }) => excerpt?.text.slice(excerpt.start, excerpt.start + excerpt.length));
    assert.deepEqual(underlined, ["tomorrow", "poold"]);
    const lines = edited([["kind: pooled", "kind: poold"]]).split("\n");
    const [{ line, column } = { line: 0, column: 0 }] = errors.slice(-1);
    assert.equal(lines[line - 1]?.slice(column - 1).startsWith("poold"), true);
  });

  it("cuts a long line around the place", () => {
    const [error] = parse(
      edited([["protect: [council]", `protect: [${"council, ".repeat(500)}Council]`]]),
    ).errors.slice(-1);
    assert.equal((error?.excerpt?.text.length ?? 999) < 200, true);
  });

  it("tells YAML's errors alone when the rest cannot be trusted", () => {
    const errors = errorsAfter([
      ["[p01, p02, p03, p04]", "[p01, p02"],
      ["version: 1", "version: 2"],
    ]);
    assert.match(errors[0] ?? "", /^fleet\.yaml:64:5 : not valid YAML: /);
    assert.equal(
      errors.every((error) => error.includes("not valid YAML")),
      true,
    );
  });

  it("shows values without control characters", () => {
    const [error] = parse(edited([["name: Comune di Prova", 'name: [1]\n    "\\e[31mred": 1']])).errors.slice(-1);
    assert.equal(error?.message.includes("\u001b"), false);
    assert.equal(error?.message.includes('"·[31mred"'), true);
  });

  it("knows no key of JavaScript's own", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const errors = errorsAfter([["country: IT", `${key}: { polluted: true }`]]);
      assert.equal(errors.length, 1);
      assert.match(errors[0] ?? "", new RegExp(`^fleet\\.yaml:7:1 ${key}: unknown key "${key}"; `));
      assert.equal("polluted" in {}, false);
    }
  });

  it("names an empty file so", () => {
    assert.deepEqual(told(parse("").errors), ["fleet.yaml:1:1 : the file is empty"]);
    assert.deepEqual(told(parse(" \n\n").errors), ["fleet.yaml:1:1 : the file is empty"]);
  });
});
