import assert from "node:assert/strict";
import type { Patience } from "../../../src/rollout/licences/client.ts";
import { VendorError } from "../../../src/rollout/licences/vendor-error.ts";
import type { Fault } from "../../doubles/licences/http.ts";

export const forever = new AbortController().signal;

/** Enough for a vendor on loopback. */
export const patience: Patience = { requestMs: 5000, totalMs: 20_000, lagMs: 20_000, pauseMs: 2 };

export async function refusal(work: Promise<unknown>): Promise<VendorError> {
  const error: unknown = await work.then(
    () => assert.fail("it went through"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VendorError, String(error));
  return error;
}

/** After each of these another try is due, and what was asked for may have been done. */
export const passing: readonly (readonly [string, Fault])[] = [
  ["429 with Retry-After in seconds", { status: 429, headers: { "retry-after": "0" }, body: "{}" }],
  [
    "429 with Retry-After as a timestamp",
    { status: 429, headers: { "retry-after": "2020-05-31T00:00:00Z" }, body: "{}" },
  ],
  ["429 without Retry-After", { status: 429, body: '{"message":"Try again later."}' }],
  ["423 with Retry-After", { status: 423, headers: { "retry-after": "0" }, body: "{}" }],
  ["500", { status: 500, body: "<html>" }],
  ["503 without a body", { status: 503 }],
  ["a connection that breaks", { cut: true }],
];

export function people(count: number): readonly string[] {
  return Array.from({ length: count }, (_, nth) => `p${nth + 1}@example.org`);
}
