/**
 * What Azure said is left of a subscription's reads. Each answer of Resource Manager carries it: for this principal
 * (a bucket of 250, refilled by 25 a second), and for all principals together (15 times that)
 * (learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling).
 */
export interface ReadsLeft {
  readonly principal: number | undefined;
  readonly all: number | undefined;
  /** When Azure said so, milliseconds since 1970. */
  readonly at: number;
}

const headerOf = {
  principal: "x-ms-ratelimit-remaining-subscription-reads",
  all: "x-ms-ratelimit-remaining-subscription-global-reads",
} as const;

/** Undefined where the answer says nothing about reads. */
export function readsLeft(headers: Headers, at: number): ReadsLeft | undefined {
  const count = (name: string): number | undefined => {
    const text = headers.get(name);
    return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
  };
  const left = { principal: count(headerOf.principal), all: count(headerOf.all), at };
  return left.principal === undefined && left.all === undefined ? undefined : left;
}
