import { limits } from "../../../src/plan/limits.ts";

/**
 * Azure's limits that a fleet can run into: what holds each, and the test that goes past it. `limits.test.ts` keeps the
 * table true, and writes docs/azure-limits.md from it.
 */
export interface LimitRow {
  readonly limit: string;
  /** As the vendor says it; figures come from src/plan/limits.ts wherever they stand there. */
  readonly figure: string;
  /** Which of src/plan/limits.ts' `limits` it is. */
  readonly key?: keyof typeof limits;
  readonly held: readonly Holder[];
  readonly crossed: readonly Crossing[];
}

/**
 * A row of the plan's proof, or of its advice, by how it begins; a rule of the policy pack by name; or a refusal by its
 * place and words.
 */
export type Holder =
  | { readonly row: string }
  | { readonly advice: string }
  | { readonly rule: string }
  | { readonly code: string; readonly words: string };

/** A test by file and words of its name; a rule of the pack is crossed by its own bad cases. */
export interface Crossing {
  readonly file: string;
  readonly test: string;
}

export const count = (value: number): string => value.toLocaleString("en-US");
export const figure = (key: keyof typeof limits, unit: string): { key: typeof key; figure: string } => ({
  key,
  figure: `${count(limits[key].value)} ${unit}`,
});
export const row = (begins: string): Holder => ({ row: begins });
export const advice = (begins: string): Holder => ({ advice: begins });
export const rule = (name: string): Holder => ({ rule: name });
export const code = (file: string, words: string): Holder => ({ code: file, words });
export const at = (file: string, test: string): Crossing => ({ file: `test/${file}.test.ts`, test });

export const own = (test: string): Crossing => at("azure/limits", test);
export const cloud = (name: string): Crossing => at("plan/proof-cloud", name);
/** `<file of cases> <rule>` */
export const bad = (name: string): Crossing => {
  const [cases = "", test = ""] = name.split(" ");
  return { file: `test/policy/cases/${cases}.ts`, test };
};
