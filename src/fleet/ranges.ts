/** IPv4 ranges as whole numbers. */
export interface Range {
  /** First address. */
  readonly base: number;
  /** Length of the prefix, 0 to 32. */
  readonly prefix: number;
}

/** `10.64.0.0/12` → its base as written (host bits too) and its prefix. The text must be a valid range. */
export function parseRange(text: string): Range {
  const [address = "", prefix = ""] = text.split("/");
  const base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { base, prefix: Number(prefix) };
}

export function sizeOf(range: Range): number {
  return 2 ** (32 - range.prefix);
}

/** The range that holds this address: host bits cleared. */
export function networkOf(range: Range): Range {
  return { base: Math.floor(range.base / sizeOf(range)) * sizeOf(range), prefix: range.prefix };
}

export function rangesOverlap(left: Range, right: Range): boolean {
  const [a, b] = [networkOf(left), networkOf(right)];
  return a.base < b.base + sizeOf(b) && b.base < a.base + sizeOf(a);
}

export function rangeText(range: Range): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(range.base / 2 ** shift) % 256);
  return `${parts.join(".")}/${range.prefix}`;
}
