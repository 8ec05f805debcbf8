import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ListedPerson } from "../../src/fleet/people.ts";
import type { FleetSitting } from "../../src/fleet/schema.ts";
import { contentSum, uidOf } from "../../src/sitting/invitation.ts";
import { IssuesError, issueOf } from "../../src/sitting/issues.ts";
import type { Sitting } from "../../src/sitting/sitting.ts";
import { people, person, sitting } from "./people.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-issues-"));
after(() => rmSync(folder, { recursive: true }));
const url = "wss://meet.example/";
const content = (one: Sitting, address: string | undefined = url, isCancelled = false) => ({
  uid: uidOf("small", one.id),
  sum: contentSum(one, address, isCancelled),
  isCancelled,
});

test("the sequence grows when something changes that people must know of, and else never", async () => {
  const file = join(folder, "issues.json");
  const issue = (one: Sitting, address?: string, isCancelled?: boolean, now = 0) =>
    issueOf(file, content(one, address, isCancelled), now);
  const issues: number[] = [];
  const asked: readonly (readonly [Partial<FleetSitting>, string?, boolean?, (readonly ListedPerson[])?])[] = [
    [{}],
    [{}],
    [{ people: 30 }],
    [{}, url, false, [people[0], ...people.slice(1).toReversed()]],
    [{ date: "2026-12-02" }],
    [{ at: "11:00" }],
    [{ minutes: 61 }],
    [{ title: "Other" }],
    [{}, "wss://elsewhere.example/"],
    [{ members: ["guests"] }],
    [{}, url, true],
    [{}, url, true],
    [{}, url, false],
    [{}, url, false, [...people, person("Fabio", "council")]],
  ];
  for (const [change, address, isCancelled, list = people] of asked) {
    issues.push((await issue(sitting(change, list), address, isCancelled)).sequence);
  }
  assert.deepEqual(issues, [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9]);
  assert.equal((await issue(sitting({ id: "other" }))).sequence, 0);
});

test("each thing that people must know of counts by itself; the order of the list does not", () => {
  const base: Partial<FleetSitting> = { members: ["guests", "board"] };
  const [first, ...others] = people;
  const sums = [
    contentSum(sitting(base), url, false),
    contentSum(sitting({ ...base, date: "2026-12-02" }), url, false),
    contentSum(sitting({ ...base, at: "10:01" }), url, false),
    contentSum(sitting({ ...base, minutes: 61 }), url, false),
    contentSum(sitting({ ...base, title: "Other" }), url, false),
    contentSum(sitting({ members: ["guests"] }), url, false),
    contentSum(sitting({ ...base, host: "board", members: ["guests", "council"] }), url, false),
    contentSum(sitting(base), "wss://elsewhere.example/", false),
    contentSum(sitting(base), undefined, false),
    contentSum(sitting(base), url, true),
  ];
  assert.equal(new Set(sums).size, sums.length);
  assert.equal(contentSum(sitting(base, [first, ...others.toReversed()]), url, false), sums[0]);
});

test("an issue keeps its time; the file is its owner's alone, and names nobody", async () => {
  const file = join(folder, "times.json");
  const first = await issueOf(file, content(sitting()), Date.parse("2026-11-28T08:00:00Z"));
  const again = await issueOf(file, content(sitting()), Date.parse("2026-11-29T08:00:00Z"));
  assert.deepEqual(again, first);
  assert.equal(first.issued, "2026-11-28T08:00:00.000Z");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(file, "utf8"), /anna|board/i);
});

test("many at once share one sequence", async () => {
  const file = join(folder, "many.json");
  const all = Array.from({ length: 8 }, (_, nth) => issueOf(file, content(sitting({ title: `Title ${nth}` })), 0));
  const sequences = (await Promise.all(all)).map(({ sequence }) => sequence);
  assert.deepEqual(
    sequences.toSorted((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

test("a file that is damaged is refused, not begun anew; so is a cancellation of what never went out", async () => {
  const file = join(folder, "bad.json");
  for (const damaged of ["", "{", '{"version":2,"invitations":{}}']) {
    writeFileSync(file, damaged);
    await assert.rejects(issueOf(file, content(sitting()), 0), IssuesError);
    assert.equal(readFileSync(file, "utf8"), damaged);
  }
  const cancelled = content(sitting(), url, true);
  await assert.rejects(issueOf(join(folder, "none.json"), cancelled, 0), { message: /nothing to cancel/ });
});
