import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Authority, openAuthority } from "../../src/profiles/authority.ts";
import { certificateStanding, profilesOf } from "../../src/profiles/standing.ts";

const day = 86_400_000;
let folder = "";
let authority: Authority;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-standing-"));
  authority = await openAuthority(folder, "a passphrase");
});
after(() => rmSync(folder, { recursive: true }));

async function issue(person: string, days: number, body = "torino") {
  return authority.issue({ kind: "person", commonName: `${person}@${body}`, body, days });
}

describe("how certificates stand", () => {
  test("people are counted by the best that they hold, as the register grows; proofs of reach are left out", async () => {
    const standing = certificateStanding(folder);
    assert.deepEqual((await standing()).profiles, []);
    await issue("p01", 365);
    const soon = await issue("p02", 10);
    const lost = await issue("p03", 365);
    await issue("p04", 5);
    await issue("p04", 365); // a new one in time
    const replaced = await issue("p05", 365);
    await issue("p05", 200);
    await issue("audit", 1);
    await issue("p06", 100, "comune");
    await authority.issue({ kind: "gateway", commonName: "hub-a", days: 1 });
    await authority.revoke(lost.serial, "keyCompromise");
    await authority.revoke(replaced.serial, "superseded");
    const { profiles, authorityEnds, revocationListEnds = 0 } = await standing();
    assert.deepEqual(profiles[0], {
      body: "torino",
      people: { valid: 3, expiring: 1, expired: 0, revoked: 1 },
      nextEnds: Date.parse(soon.notAfter),
    });
    assert.deepEqual(profiles[1]?.people, { valid: 1, expiring: 0, expired: 0, revoked: 0 });
    assert.ok(authorityEnds > Date.now() + 9 * 365 * day);
    assert.ok(Math.abs(revocationListEnds - Date.now() - 30 * day) < day);
  });

  test("later, people whose last one has run out are told as expired, and wait for nothing more", async () => {
    const entries = await authority.list();
    const [torino, comune] = profilesOf(entries, Date.now() + 150 * day);
    assert.deepEqual(torino?.people, { valid: 3, expiring: 0, expired: 1, revoked: 1 });
    assert.deepEqual(comune, {
      body: "comune",
      people: { valid: 0, expiring: 0, expired: 1, revoked: 0 },
      nextEnds: undefined,
    });
  });

  test("a list that is gone has no end; a register that was altered, or no authority, is an error", async () => {
    rmSync(join(folder, "crl.pem"));
    const standing = certificateStanding(folder);
    assert.equal((await standing()).revocationListEnds, undefined);
    appendFileSync(join(folder, "register.jsonl"), "altered\nand more\n");
    await assert.rejects(standing(), /register\.jsonl:\d+: this line was altered/);
    rmSync(join(folder, "ca.pem"));
    await assert.rejects(certificateStanding(folder)(), /ENOENT/);
  });
});
