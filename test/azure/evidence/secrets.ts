import { gunzipSync } from "node:zlib";
import type { Recording } from "../mocks.ts";
import { isWithin, leavesOf } from "./leaves.ts";
import { secretMarks } from "./record.ts";

/** Inputs in which a secret stands that the engine would not know as one; also where it is base64 or packed. */
export function secretProblems({ resources }: Recording): readonly string[] {
  const problems: string[] = [];
  for (const { type, name, inputs, secrets } of resources) {
    for (const { path, value } of leavesOf(inputs)) {
      if (typeof value !== "string" || isWithin(path, secrets)) continue;
      const mark = secretMarks.find((each) => readings(value).some((text) => text.includes(each)));
      if (mark !== undefined) problems.push(`${name} (${type}): ${path} holds ${mark}… in clear`);
    }
  }
  return problems;
}

/** A text as it stands, and as what it may be a wrapping of. */
function readings(text: string): readonly string[] {
  if (text.length < 16 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return [text];
  const bytes = Buffer.from(text, "base64");
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return [text, isPacked ? gunzipSync(bytes).toString("utf8") : bytes.toString("utf8")];
}
