/** Content lines of RFC 5545 (3.1): `NAME;PARAMETER=value:value`, folded, each with its end. */

/** Octets of a line, without its end. */
const longestLine = 75;

/** Parameters by name; a list stands as several values. Values are quoted where they must be. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** One property as it stands in the file. `value` is written as it is: see `escaped` for text. */
export function contentLine(name: string, value: string, parameters: Parameters = {}): string {
  const written = Object.entries(parameters).map(
    ([key, given]) => `;${key}=${[given].flat().map(parameterValue).join(",")}`,
  );
  return folded(`${name}${written.join("")}:${value}`);
}

/** Breaks a line into parts of at most 75 octets, of which each but the first begins with a blank; no character is cut. */
export function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > longestLine) {
      parts.push(part);
      part = " ";
      octets = 1;
    }
    part += character;
    octets += length;
  }
  return `${[...parts, part].join("\r\n")}\r\n`;
}

/** Text as a value (3.3.11). Line ends become one kind; other control characters, which no calendar may hold, are left out. */
export function escaped(text: string): string {
  return plain(text)
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll("\n", String.raw`\n`);
}

/** As a parameter's value: quotes, carets and line ends as RFC 6868 writes them, else they could not be told. */
function parameterValue(text: string): string {
  const safe = plain(text).replaceAll("^", "^^").replaceAll('"', "^'").replaceAll("\n", "^n");
  return /[;:,]/.test(safe) ? `"${safe}"` : safe;
}

function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/(?![\t\n])\p{Cc}/gu, "");
}
