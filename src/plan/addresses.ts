/** IPv4 addresses as whole numbers 0 … 2^32 − 1, and ranges of them: the arithmetic that the placing stands on. */

export interface Range {
  readonly first: number;
  readonly prefix: number;
}

export function sizeOf(range: Range): number {
  return 2 ** (32 - range.prefix);
}

export function parseAddress(text: string): number {
  return text.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  const byte = (shift: number) => Math.floor(address / 2 ** shift) % 256;
  return `${byte(24)}.${byte(16)}.${byte(8)}.${byte(0)}`;
}

/** Reads CIDR text that the fleet's schema has checked; bits after the prefix are dropped. */
export function parseRange(text: string): Range {
  const [address = "", prefixText = "32"] = text.split("/");
  const prefix = Number(prefixText);
  const size = 2 ** (32 - prefix);
  return { first: Math.floor(parseAddress(address) / size) * size, prefix };
}

export function formatRange(range: Range): string {
  return `${formatAddress(range.first)}/${range.prefix}`;
}

export function rangesOverlap(a: Range, b: Range): boolean {
  return a.first < b.first + sizeOf(b) && b.first < a.first + sizeOf(a);
}

/** Exponent of the largest power of two that divides the number; 0 counts as 2^max. */
export function alignmentOf(value: number, max: number): number {
  let exponent = 0;
  while (exponent < max && value % 2 ** (exponent + 1) === 0) exponent += 1;
  return exponent;
}

/**
 * The value's lowest `bits` bits in reverse order. Placing the i-th at reverseBits(i) / 2^bits of a range (van der
 * Corput's sequence: 0, 1/2, 1/4, 3/4, 1/8, …) leaves each the most room to grow, whatever comes after it, and hangs
 * on nothing but i.
 */
export function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit += 1) reversed = reversed * 2 + (Math.floor(value / 2 ** bit) % 2);
  return reversed;
}
