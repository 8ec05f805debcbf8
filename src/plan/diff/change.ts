/**
 * What happens to the people: they lose something; need a new profile; are cut off for a while; stand on one part
 * without a second; or nothing is taken from them.
 */
export type Effect = "lost" | "new profile" | "interrupted" | "exposed" | "none";

export const worstFirst: Record<Effect, number> = {
  lost: 0,
  "new profile": 1,
  interrupted: 2,
  exposed: 3,
  none: 4,
};

export interface Change {
  readonly effect: Effect;
  /** The body, pool, gateway, instance, line or site that changes. */
  readonly subject: string;
  /** People whom it concerns. */
  readonly people: number;
  /** How long they are cut off, where that is known. */
  readonly minutes: number | undefined;
  /** All of it in plain words. */
  readonly text: string;
}

export function change(effect: Effect, subject: string, people: number, text: string, minutes?: number): Change {
  return { effect, subject, people, minutes, text };
}

/** `1 person`, `1,500 people` */
export function peopleText(count: number): string {
  return count === 1 ? "1 person" : `${countText(count)} people`;
}

/** `1 desk`, `1,500 desks` */
export function amount(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? "" : "s"}`;
}

export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** Pairs the things of two plans by id: in the new one's order, then what it no longer has. */
export function paired<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
): readonly (readonly [id: string, before: T | undefined, after: T | undefined])[] {
  const old = new Map(before.map((each) => [each.id, each]));
  const kept = new Set(after.map((each) => each.id));
  return [
    ...after.map((each) => [each.id, old.get(each.id), each] as const),
    ...before.filter((each) => !kept.has(each.id)).map((each) => [each.id, each, undefined] as const),
  ];
}
