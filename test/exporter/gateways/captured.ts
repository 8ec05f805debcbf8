import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What real daemons said, as it came: test/testdata/gateways/README.md says how. */
export function captured(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../testdata/gateways", name), "latin1");
}

/** The lines of an answer of OpenVPN's management interface, its news left out. */
export function answerLines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith(">"));
}
