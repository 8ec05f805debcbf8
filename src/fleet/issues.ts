import type { z } from "zod";
import { type FleetPath, isHolder, maxErrors, pathText, toPath, valueText } from "./errors.ts";
import { choicesOf, keysOf, schemaAt, wordsFor } from "./shape.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** Something wrong at a path of the document, before its place in the text is known. */
export interface Problem {
  readonly path: FleetPath;
  readonly message: string;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly hint?: string | undefined;
  /** The place of the known key that an unknown one was likely meant to be. */
  readonly meant?: FleetPath;
  /** The line holds a secret, which no report repeats. */
  readonly secret?: boolean;
  /** Where the caret goes: the value (the default) or its key. */
  readonly aim?: "value" | "key";
}

/**
 * What the schema refuses, in plain words: one problem an issue, one a key where keys are unknown. What stands under
 * `alerts` may be a secret that was written where its file's name belongs: it is never repeated.
 */
export function schemaProblems(root: z.ZodType, input: unknown): Problem[] {
  const parsed = root.safeParse(input);
  if (parsed.success) return [];
  const problems = parsed.error.issues
    .slice(0, maxErrors)
    .flatMap((issue) => problemsOf(root, issue, input))
    .map((problem) => (problem.path[0] === "alerts" ? { ...problem, secret: true } : problem));
  // A required key that is mistyped is one mistake, not an unknown key and a missing one.
  const meant = new Set(problems.flatMap((problem) => (problem.meant === undefined ? [] : [pathText(problem.meant)])));
  return problems.filter(({ path }) => !meant.has(pathText(path)) || valueAt(input, path) !== undefined);
}

function problemsOf(root: z.ZodType, issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const path = toPath(issue.path);
  const schema = schemaAt(root, path);
  if (issue.code === "unrecognized_keys") {
    const choices = keysOf(schema);
    return issue.keys.slice(0, maxErrors).map((key) => {
      const near = nearest(key, choices);
      return {
        path: [...path, key],
        message: `unknown key ${valueText(key)}; the keys ${where(path)} are ${choices.join(", ")}`,
        value: key,
        choices,
        hint: didYouMean(key, choices),
        ...(near === undefined ? {} : { meant: [...path, near] }),
        aim: "key",
      };
    });
  }
  const value = valueAt(input, path);
  const hushed = path[0] === "alerts" && typeof value === "string";
  const label = labelOf(path);
  const choices = choicesOf(schema);
  const more = choices.length > 0 ? { choices } : {};
  if (value === undefined) {
    return [{ path, message: `${label} is missing; it must be ${wordsFor(schema)}`, ...more }];
  }
  if (issue.code === "invalid_key") {
    const words = issue.issues.map((inner) => inner.message).join("; ");
    const key = path.at(-1);
    return [{ path, message: `the key ${valueText(key)} must be ${words}`, value: String(key), aim: "key" }];
  }
  return [
    {
      path,
      message: `${label} must ${demand(issue, schema)}, not ${hushed ? "what stands there" : found(issue, value)}`,
      ...(hushed ? {} : { value: valueText(value) }),
      ...more,
      hint: choices.length > 0 ? didYouMean(value, choices) : conversion(issue, value),
    },
  ];
}

const formats: Readonly<Record<string, string>> = {
  date: "be a day of the calendar as YYYY-MM-DD",
  url: "be an http or https address such as https://documents.example/",
  cidrv4: "be an IPv4 range such as 10.64.0.0/12",
  guid: "be an id such as 0a1b2c3d-0000-4000-8000-000000000000",
  email: "be an e-mail address such as duty@example.org",
  ipv4: "be an IPv4 address such as 192.0.2.1",
  base64: "be base64 text, on one line",
  hex: "be hexadecimal digits",
};

function demand(issue: z.core.$ZodIssue, schema: ReturnType<typeof schemaAt>): string {
  switch (issue.code) {
    case "too_small":
      return atLeast(issue);
    case "too_big":
      return atMost(issue);
    case "invalid_format":
      return formats[issue.format] ?? `be ${issue.message}`;
    case "invalid_union":
      return `be ${issue.message}`;
    default:
      return `be ${wordsFor(schema)}`;
  }
}

function atLeast(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.inclusive === false) return `be more than ${issue.minimum}`;
  return `${verb(issue.origin)} at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
}

function atMost(issue: z.core.$ZodIssueTooBig): string {
  if (issue.inclusive === false) return `be less than ${issue.maximum}`;
  return `${verb(issue.origin)} at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
}

function verb(origin: string): string {
  return origin === "string" || origin === "array" ? "have" : "be";
}

function unit(origin: string, amount: number | bigint): string {
  const many = Number(amount) === 1 ? "" : "s";
  if (origin === "string") return ` character${many}`;
  return origin === "array" ? ` item${many}` : "";
}

function found(issue: z.core.$ZodIssue, value: unknown): string {
  const sized = (issue.code === "too_small" || issue.code === "too_big") && verb(issue.origin) === "have";
  if (sized && (typeof value === "string" || Array.isArray(value))) return String(value.length);
  const wrongKind = issue.code === "invalid_type" && typeof value === "string";
  return `${wrongKind ? "the text " : ""}${valueText(value)}`;
}

/** What was likely meant by a value of the wrong kind. */
function conversion(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (issue.code === "too_big" && issue.maximum === 1 && typeof value === "number" && value >= 10 && value <= 100) {
    return `write ${hundredth(value)} for ${value} %`;
  }
  if (issue.code !== "invalid_type") return undefined;
  const numeric = issue.expected === "number" || issue.expected === "int";
  if (typeof value === "string" && numeric) {
    const text = value.trim();
    if (/^-?\d+,\d+$/.test(text)) return `write ${text.replace(",", ".")}, with a point`;
    if (/^-?\d+(\.\d+)?$/.test(text)) return `write ${text}, without quotes`;
    const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
    if (percent !== undefined) return `write ${hundredth(Number(percent))}`;
  }
  if (typeof value === "string" && issue.expected === "boolean") {
    if (/^(yes|on|y|si|sì)$/i.test(value)) return "write true";
    if (/^(no|off|n)$/i.test(value)) return "write false";
  }
  if ((typeof value === "number" || typeof value === "boolean") && issue.expected === "string") {
    return `put it in quotes, so that YAML reads a text`;
  }
  return undefined;
}

/** Without the digits that only binary fractions have. */
function hundredth(value: number): number {
  return Number((value / 100).toFixed(10));
}

/** `kind`; `pools[2]`; "the file" at the root. */
function labelOf(path: FleetPath): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "number" ? pathText(path.slice(-2)) : pathText([last]);
}

function where(path: FleetPath): string {
  return path.length === 0 ? "of the file" : `of ${labelOf(path)}`;
}

/** The value at a path; only own fields, so that `constructor` finds nothing. */
function valueAt(input: unknown, path: FleetPath): unknown {
  let value = input;
  for (const step of path) {
    if (!isHolder(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}
