/** IPv4 addresses as numbers, prefixes as ranges. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/** Undefined where the text is no IPv4 prefix in its normal form (host bits are zero). */
export function parsePrefix(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const length = Number(match?.[5] ?? 99);
  const first = parseAddress(text.split("/")[0] ?? "");
  if (match === null || first === undefined || length > 32) return undefined;
  const size = 2 ** (32 - length);
  return first % size === 0 ? { first, last: first + size - 1, length } : undefined;
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(left: Range, right: Range): boolean {
  return left.first <= right.last && right.first <= left.last;
}
