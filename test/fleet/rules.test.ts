import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { rules } from "../../src/fleet/rules.ts";
import { alerts } from "./bad-files/alerts.ts";
import { desks } from "./bad-files/desks.ts";
import { lists } from "./bad-files/lists.ts";
import { names } from "./bad-files/names.ts";
import { network } from "./bad-files/network.ts";
import { people } from "./bad-files/people.ts";
import { references } from "./bad-files/references.ts";
import { type BadFiles, type Edit, edited, errorsAfter, parse, smallText, told } from "./fixture.ts";

/** Each rule with bad files and their exact messages; the type asks for every rule. */
const badFiles: BadFiles<typeof rules> = {
  ...names,
  ...references,
  ...desks,
  ...network,
  ...people,
  ...lists,
  ...alerts,
};

describe("rules", () => {
  for (const [name, files] of Object.entries(badFiles)) {
    for (const [index, { edits, lists: csv, errors }] of files.entries()) {
      it(`${name} ${index + 1}`, () => {
        assert.deepEqual(errorsAfter(edits, csv), errors);
      });
    }
  }

  it("accepts shares whose sum is 1 but for the rounding of binary fractions", () => {
    const thirds: Edit[] = [
      ["share: 0.5,", "share: 0.3333333333,"],
      ["share: 0.25,", "share: 0.3333333333,"],
      ["share: 0.25,", "share: 0.3333333333,"],
    ];
    assert.deepEqual(errorsAfter(thirds), []);
  });

  it("accepts a body in a subscription that the file names", () => {
    const edits: Edit[] = [
      ["subscriptions: [main]", "subscriptions: [main, second]"],
      ["    group: sg-comune-desks\n", "    group: sg-comune-desks\n    subscription: second\n"],
    ];
    assert.deepEqual(errorsAfter(edits), []);
  });

  it("keeps a secret out of the report", () => {
    const edits: Edit[] = [["https://documents", "https://ann:hunter2@documents"]];
    const [error] = parse(edited(edits)).errors;
    assert.equal(error?.path, "services[0].url");
    assert.doesNotMatch(JSON.stringify(error), /hunter2/);
  });

  it("keeps every secret out of the report that was written where its file's name belongs", () => {
    const night = 'night: { webhook: "http://127.0.0.1:9095/night" }';
    const mistakes = [
      "slack: https://hooks.slack.com/services/T0/B0/hunter2",
      "slack: { url: https://hooks.slack.com/services/T0/B0/hunter2 }",
      "slack: { urlFile: https://hooks.slack.com/services/T0/B0/hunter2 }",
      "pagerduty: hunter2",
      "pagerduty: { routingKey: hunter2 }",
      "pagerduty: { routingKeyFile: hunter2 }",
      "goalert: { url: https://goalert.example/?token=hunter2, tokenFile: /etc/x }",
      "goalert: { url: goalert.example/hunter2, tokenFile: /etc/x }",
      "webhook: https://hooks.slack.com/services/T0/B0/hunter2",
      "webhook: https://duty.example/?token=hunter2",
      "webhook: https://ann:hunter2@duty.example/",
      "teams: https://x.logic.azure.com/?sig=hunter2",
      "email: { to: [hunter2] }",
    ];
    for (const mistake of mistakes) {
      const { errors } = parse(edited([[night, `night: { ${mistake} }`]]));
      assert.ok(errors.length > 0, mistake);
      assert.doesNotMatch(JSON.stringify(errors), /hunter2/, mistake);
    }
  });

  it("accepts the channels that operations.md shows", () => {
    const text = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
    const shown = /```yaml\n(alerts:\n[^`]+)```/.exec(text)?.[1];
    assert.ok(shown !== undefined);
    const [before] = smallText.split("alerts:\n");
    assert.deepEqual(told(parse(`${before}${shown}`).errors), []);
  });

  it("does not tell what only follows from a value that the schema refused", () => {
    const share: Edit = ["share: 0.5,", 'share: "0,5",'];
    assert.deepEqual(errorsAfter([share]), [
      'fleet.yaml:22:30 bodies[0].pools[0].share: share must be a number, not the text "0,5" | write 0.5, with a point',
    ]);
    const site: Edit = ["- id: municipio", "- id: Municipio"];
    assert.deepEqual(errorsAfter([site]), [
      'fleet.yaml:27:13 bodies[0].sites[0].id: id must be lower-case letters, digits and single hyphens, starting with a letter, not "Municipio"',
    ]);
  });
});
