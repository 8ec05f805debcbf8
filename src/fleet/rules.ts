import * as alerts from "./rules/alerts.ts";
import * as desks from "./rules/desks.ts";
import type { Rule } from "./rules/finding.ts";
import * as lists from "./rules/lists.ts";
import * as names from "./rules/names.ts";
import * as network from "./rules/network.ts";
import * as people from "./rules/people.ts";
import * as references from "./rules/references.ts";

/** Every rule that spans fields, by name. Each has a bad file and its exact message in the tests. */
export const rules = {
  ...names,
  ...references,
  ...desks,
  ...network,
  ...people,
  ...lists,
  ...alerts,
} as const satisfies Readonly<Record<string, Rule>>;
