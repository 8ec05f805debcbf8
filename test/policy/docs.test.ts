import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { rules } from "../../stacks/policy/rules.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/policy.md"), "utf8");
const section = (title: string): string => text.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

test("docs/policy.md has every rule, with its level, in the order of the list", () => {
  const rows = [...section("Rules").matchAll(/^\| `([\w-]+)` \| (\w+) \|/gm)].map(([, name, level]) => [name, level]);
  assert.deepEqual(
    rows,
    rules.map(({ name, level }) => [name, level]),
  );
});

test("docs/policy.md has every setting", () => {
  const rows = [...section("Configuration").matchAll(/^\| (`.*`) \| `(\w+)`/gm)].flatMap(([, names = "", setting]) =>
    names.split(", ").map((name) => `${name.replaceAll("`", "")} ${setting}`),
  );
  const settings = rules.flatMap(({ name, config }) =>
    Object.keys(config ?? {}).map((setting) => `${name} ${setting}`),
  );
  assert.deepEqual(rows.toSorted(), settings.toSorted());
});
