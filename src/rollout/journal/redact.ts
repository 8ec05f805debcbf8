import type { Entry } from "./entries.ts";

/** Shorter ones stand in plain words too, and in the lines' own. */
const shortest = 8;
const hidden = "[redacted]";

/** Fields whose text somebody or something else wrote. Ids are not among them: a shape must not make two of them one. */
const freeText: ReadonlySet<string> = new Set(["command", "change", "why", "readBack", "query"]);

/** What looks like a secret, whosever it is. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, hidden],
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, hidden],
  [/\b(Bearer|Basic)(\s+|%20|\+)[\w.~+/=-]+/gi, `$1 ${hidden}`],
  [/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${hidden}@`],
  [
    /((?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key)\\?["']?\s*(?:[=:]|\s)\s*)(?:\\?"[^"]*"?|'[^']*'?|[^\s"'&,;}]+)/gi,
    `$1${hidden}`,
  ],
];

/** Takes known secrets out of every string of an entry, and what looks like one out of free text. */
export type Redact = (entry: Entry) => Entry;

/**
 * `secrets` are known values, of 8 characters or more. They are found as they are, JSON-escaped (also twice),
 * URL-encoded, and in base64 of either alphabet wherever in the encoded text they began. Throws RangeError for a
 * shorter one: it could not be told from plain words.
 */
export function redactor(secrets: readonly string[]): Redact {
  if (secrets.some((secret) => secret.length < shortest)) {
    throw new RangeError(`a secret of fewer than ${shortest} characters cannot be redacted: make it longer`);
  }
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  // Without regard to case, since %2f is %2F.
  const known = forms.length === 0 ? undefined : new RegExp(forms.map((form) => RegExp.escape(form)).join("|"), "gi");
  const clean = (text: string, key: string): string => {
    const plain = known === undefined ? text : text.replace(known, hidden);
    return freeText.has(key) ? shapes.reduce((so, [shape, by]) => so.replace(shape, by), plain) : plain;
  };
  return (entry) => walk(entry, clean) as Entry;
}

/** Every form in which a known secret may stand in a text. */
export function formsOf(secret: string): string[] {
  const whole = secret.toWellFormed();
  const escaped = JSON.stringify(secret).slice(1, -1);
  const twice = JSON.stringify(escaped).slice(1, -1);
  const url = encodeURIComponent(whole);
  const form = new URLSearchParams({ s: whole }).toString().slice(2);
  const bytes = Buffer.from(whole);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The first and the last character may hold bits of a neighbour.
    const partial = (shift + bytes.length) % 3 === 0 ? 0 : 1;
    return text.slice(shift === 0 ? 0 : shift + 1, text.length - partial);
  });
  const alphabets = base64.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]);
  return [secret, whole, escaped, twice, url, form, ...alphabets];
}

function walk(value: unknown, clean: (text: string, key: string) => string, key = ""): unknown {
  if (typeof value === "string") return clean(value, key);
  if (Array.isArray(value)) return value.map((item) => walk(item, clean, key));
  if (typeof value !== "object" || value === null) return value;
  // What our own code chooses from a list is no place for a secret, and must stay readable.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, fixed.has(name) ? item : walk(item, clean, name)]),
  );
}

const fixed: ReadonlySet<string> = new Set(["kind", "at", "result", "by", "how", "half"]);
