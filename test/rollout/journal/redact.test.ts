import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import type { EntryOf } from "../../../src/rollout/journal/entries.ts";
import { openJournal } from "../../../src/rollout/journal/journal.ts";
import { redactor } from "../../../src/rollout/journal/redact.ts";
import { intent, run, wave } from "./samples.ts";

const change = (text: string, secrets: readonly string[] = []): string =>
  (redactor(secrets)(intent("a", { change: text })) as EntryOf<"intent">).change;

const shapes = [
  ["Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]"],
  ["got eyJhbGciOi.eyJzdWIi.c2ln back", "got [redacted] back"],
  ["-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nrest", "[redacted]\nrest"],
  ["-----BEGIN PRIVATE KEY-----\nMHc cut", "[redacted]"],
  ["user=a&password=hunter2&x=1", "user=a&password=[redacted]&x=1"],
  ['{"client_secret": "a b c", "x": 1}', '{"client_secret": [redacted], "x": 1}'],
  ["curl --token abc https://u:pw@host/", "curl --token [redacted] https://u:[redacted]@host/"],
  ["none to seat", "none to seat"],
] as const;
for (const [text, so] of shapes) test(`shape: ${text.slice(0, 30)}`, () => assert.equal(change(text), so));

test("a short secret is refused", () => {
  assert.throws(() => redactor(["1234567"]), { name: "RangeError", message: /fewer than 8 characters/ });
});

test("no known secret, in any form, is ever in the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "deskbridge-redact-"));
  const secret = fc.string({ unit: "grapheme", minLength: 12, maxLength: 40 }).filter((s) => /[^\s\d"\\]{4}/.test(s));
  let count = 0;
  try {
    await fc.assert(
      fc.asyncProperty(secret, fc.string(), fc.string(), async (secret, before, after) => {
        const path = join(folder, `${(count += 1)}.jsonl`);
        const base64 = (text: string) => Buffer.from(text).toString("base64");
        const forms = [
          secret,
          encodeURIComponent(secret),
          encodeURIComponent(secret).toLowerCase(),
          JSON.stringify(secret).slice(1, -1),
          JSON.stringify(JSON.stringify(secret)).slice(3, -3),
          base64(secret),
          base64(`user:${secret}`),
          base64(`me:${secret}!`),
          Buffer.from(secret).toString("base64url"),
        ];
        const journal = await openJournal(path, { secrets: [secret] });
        await journal.append({ ...run("r"), command: `${before}${secret}${after}`, who: secret });
        await journal.append(wave(1, [`${before}x${secret}`]));
        await Promise.all(
          forms.map((form, at) => journal.append(intent(`s${at} ${form}`, { change: `${before}${form}${after}` }))),
        );
        await journal.close();
        const text = await readFile(path, "utf8");
        for (const form of forms) {
          assert.ok(!text.includes(form), form);
          assert.ok(!text.includes(JSON.stringify(form).slice(1, -1)), form);
        }
      }),
      { numRuns: 150 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
