import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { join } from "../../../src/rollout/clients/join.ts";

/** Of a process, by its /proc/PID/stat. */
function groupOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2] ?? "";
}

test("Ctrl-C at the terminal does not reach a client that is under way", async () => {
  // In its place a shell, which tells of itself and comes to no client.
  const told = 'printf \'{"outcome":"refused","why":"%s"}\\n\' "$(cat /proc/$$/stat)"';
  const request = { url: "ws://127.0.0.1:9", grant: "secret-grant", room: "own-anna", deadlineMs: 1000 };
  const outcome = await join(request, ["sh", "-c", told], AbortSignal.timeout(10_000));
  assert.equal(outcome.outcome, "refused");
  assert.notEqual(groupOf(outcome.why), groupOf(readFileSync("/proc/self/stat", "utf8")));
});

test("the grant is given to the client, on no command line and in no file", async () => {
  const told =
    'read -r request; printf \'{"outcome":"refused","why":"%s|%s"}\\n\' "$(echo "$request" | tr -d \'"\')" "$*"';
  const request = { url: "ws://127.0.0.1:9", grant: "secret-grant", room: "own-anna", deadlineMs: 1000 };
  const outcome = await join(request, ["sh", "-c", told], AbortSignal.timeout(10_000));
  const [given = "", words = ""] = outcome.outcome === "refused" ? outcome.why.split("|") : [];
  assert.match(given, /grant:secret-grant/);
  assert.doesNotMatch(words, /secret-grant/);
});
