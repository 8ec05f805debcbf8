import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { rules } from "../../stacks/policy/rules.ts";
import { violations } from "./analyzer.ts";
import { gateways } from "./cases/gateways.ts";
import { machines } from "./cases/machines.ts";
import { perimeter } from "./cases/perimeter.ts";
import { stores } from "./cases/stores.ts";
import { whole } from "./cases/whole.ts";

/** A rule that sees single resources: what it is shown, the rules about whole stacks know as what the program wrote. */
const witness = rules.filter(({ name }) => name === "host-size");
const cases = { ...perimeter, ...gateways, ...machines, ...stores, ...whole };

test("every rule has cases, and every case a rule", () => {
  assert.deepEqual(Object.keys(cases).toSorted(), rules.map(({ name }) => name).toSorted());
  for (const { name } of rules) {
    assert.notEqual(Object.keys(cases[name]?.good ?? {}).length, 0, name);
    assert.notEqual(Object.keys(cases[name]?.bad ?? {}).length, 0, name);
  }
});

for (const rule of rules) {
  suite(rule.name, () => {
    for (const [what, resources] of Object.entries(cases[rule.name]?.good ?? {})) {
      test(`lets pass: ${what}`, async () => {
        const found = await violations([...new Set([...witness, rule])], resources);
        assert.deepEqual(
          found.filter((each) => each.rule === rule.name),
          [],
        );
      });
    }
    for (const [what, [resources, ...expected]] of Object.entries(cases[rule.name]?.bad ?? {})) {
      test(`refuses: ${what}`, async () => {
        const all = await violations([...new Set([...witness, rule])], resources);
        const found = all.filter((each) => each.rule === rule.name);
        const shown = found.map(({ message }) => {
          const [description, detail = ""] = message.split("\n");
          assert.equal(description, rule.description);
          assert.ok(detail.endsWith(` (${rule.source}).`), detail);
          return detail.split(", because ")[0];
        });
        assert.deepEqual(shown, expected);
        assert.ok(found.every(({ mandatory }) => mandatory === (rule.level === "mandatory")));
      });
    }
  });
}
