import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { link } from "../run.ts";

/** Reports and signatures, by the real ssh-keygen. */

const folder = mkdtempSync(join(tmpdir(), "deskbridge-accept-"));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function keygen(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("ssh-keygen", words, { encoding: "utf8", input: "" });
  assert.equal(status, 0, stderr);
  return stdout;
}

for (const name of ["anna", "bruno"]) keygen("-q", "-t", "ed25519", "-N", "", "-f", at(name));
const publicKey = (name: string): string => readFileSync(at(`${name}.pub`), "utf8").trim();
writeFileSync(at("signers"), `anna namespaces="deskbridge-acceptance" ${publicKey("anna")}\n`);
const text = "comune/municipio/fibre: accepted, 87.8 Mb/s \ufffd\n";
writeFileSync(at("report.txt"), text);
keygen("-Y", "sign", "-q", "-n", "deskbridge-acceptance", "-f", at("anna"), at("report.txt"));

const verify = (...words: readonly string[]) => link("accept", "--verify", at("report.txt"), ...words);
const anna = ["--signers", at("signers"), "--signer", "anna"];

test("a report as it was signed is told with its key", async () => {
  const { status, stdout, stderr } = await verify(...anna);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /report\.txt: as anna signed it, with ED25519 key SHA256:\S{43}\n$/);
  const json = JSON.parse((await verify(...anna, "--json")).stdout) as Record<string, string>;
  assert.deepEqual([json["signer"], json["namespace"]], ["anna", "deskbridge-acceptance"]);
});

test("a changed byte, another signer, another use, no signature: each is an error that says so", async () => {
  const refused = async (says: RegExp, ...words: readonly string[]): Promise<void> => {
    const { status, stdout, stderr } = await verify(...words);
    assert.deepEqual([status, stdout], [1, ""], stderr);
    assert.match(stderr, says);
  };
  const bytes = Buffer.from(text);
  for (const [place, byte] of [
    [bytes.indexOf("8"), 0x39],
    [bytes.length - 4, 0xff], // the first byte of U+FFFD: as text it would read the same
  ] as const) {
    const changed = Buffer.from(bytes);
    changed[place] = byte;
    writeFileSync(at("report.txt"), changed);
    await refused(/report\.txt: it was changed after it was signed/, ...anna);
  }
  writeFileSync(at("report.txt"), text);
  const signers = ["--signers", at("signers"), "--signer"];
  await refused(/which is not bruno's in .*signers for this use now/, ...signers, "bruno");
  writeFileSync(at("others"), `anna ${publicKey("bruno")}\n`);
  await refused(
    /signed with ED25519 key SHA256:\S+, which is not anna's/,
    "--signers",
    at("others"),
    "--signer",
    "anna",
  );
  writeFileSync(at("files"), `anna namespaces="file" ${publicKey("anna")}\n`);
  await refused(/which is not anna's in .*files for this use now/, "--signers", at("files"), "--signer", "anna");
  await refused(/--signers: the list \/nowhere cannot be read/, "--signers", "/nowhere", "--signer", "anna");

  renameSync(at("report.txt.sig"), at("kept.sig"));
  await refused(/report\.txt is not signed: its signature .*report\.txt\.sig cannot be read: ENOENT/, ...anna);
  writeFileSync(at("report.txt.sig"), "no signature\n");
  await refused(/report\.txt\.sig cannot be read: /, ...anna);
  rmSync(at("report.txt.sig"));
  keygen("-Y", "sign", "-q", "-n", "file", "-f", at("anna"), at("report.txt"));
  await refused(/report\.txt\.sig was made for another use than deskbridge-acceptance/, ...anna);
});

test("what is missing or cannot be is told before a line is touched", async () => {
  const fibre = "comune/municipio/fibre";
  const small = ["--fleet", "fleets/small.yaml"];
  for (const [words, status, says] of [
    [[], 2, /name the line, or a report to --verify/],
    [["--verify", at("report.txt")], 2, /needs --signers FILE and --signer NAME/],
    [[fibre, "--key", at("anna")], 2, /--key signs a --report FILE/],
    [[fibre, "--probes", "380"], 2, /--probes "380": a whole number from 381 to 60000/],
    [[fibre, "--seconds", "1.5"], 2, /--seconds "1.5": a whole number from 2 to 60/],
    [[fibre, "--delay", "soon"], 2, /--delay "soon"/],
    [[fibre, "--report", at("report.txt")], 1, /report\.txt is there already; name another/],
    [[fibre, "--report", "/nowhere/new"], 1, /\/nowhere is no folder to write in/],
    [[fibre, "--report", at("new"), "--key", at("nobody")], 1, /--key .*nobody: there is no such file/],
    [[fibre, "--report", at("new"), "--key", at("signers")], 1, /signers: ssh-keygen cannot sign with it: /],
    [["comune/municipio/fibra", "--target", "azure", ...small], 2, /no line "comune\/municipio\/fibra"; choose one of/],
  ] as const) {
    const result = await link("accept", ...words);
    assert.equal(result.status, status, `${words.join(" ")}: ${result.stderr}`);
    assert.match(result.stderr, says);
  }
});

test("for Azure it says what to do by hand, and that nothing was tested", async () => {
  const { status, stdout, stderr } = await link(
    "accept",
    "comune/municipio/radio",
    "--target",
    "azure",
    "--fleet",
    "fleets/small.yaml",
  );
  assert.equal(status, 1);
  assert.match(stderr, /^nothing was tested: /);
  for (const says of [
    /throughput, each way: at least 40 Mb\/s/,
    /shut the BGP sessions of comune\/municipio\/fibre/,
    /^ +iperf3 --client HUB_ADDRESS --bind SITE_ADDRESS .*--reverse$/m,
    /^ +fping -q -C 3000 -p 10 /m,
  ]) {
    assert.match(stdout, says);
  }
});
