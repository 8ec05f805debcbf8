import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { mostBytes, readIdentification } from "../../../src/probe/wire/ssh.ts";

const read = (text: string) => readIdentification(Buffer.from(text, "latin1"));

const found = [
  ["SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "2.0", "OpenSSH_9.2p1"],
  ["SSH-2.0-tinyssh_noversion 8Rvkfmam\r\n", "2.0", "tinyssh_noversion"],
  ["SSH-1.99-Cisco-1.25\n", "1.99", "Cisco-1.25"],
  ["Authorised people only.\r\nYou are watched.\r\nSSH-2.0-x\r\nmore", "2.0", "x"],
] as const;
for (const [text, protocol, software] of found) {
  test(`found: ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), { kind: "found", protocol, software }));
}

const wrong = [
  ["the old protocol", "SSH-1.5-OpenSSH_1.2\r\n", "it speaks SSH 1.5, not 2.0"],
  ["no software", "SSH-2.0-\r\n", "its identification is none"],
  ["no version", "SSH-\r\n", "its identification is none"],
  ["an endless identification", `SSH-2.0-${"x".repeat(300)}`, "its identification is too long"],
  ["an endless line", "x".repeat(mostBytes), `it sent ${mostBytes} bytes without an identification`],
  ["endless lines", "x\r\n".repeat(mostBytes), `it sent ${mostBytes} bytes without an identification`],
] as const;
for (const [what, text, detail] of wrong) {
  test(`wrong: ${what}`, () => assert.deepEqual(read(text), { kind: "wrong", detail }));
}

test("a whole identification is found however it comes in, and nothing is found before it is whole", () => {
  const line = fc.string({ maxLength: 40 }).filter((text) => !/[\n\r]/.test(text) && !text.startsWith("SSH-"));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const before = lines.map((each) => `${each}\r\n`).join("");
      const whole = Buffer.from(`${before}SSH-2.0-server\r\n`);
      for (let length = 0; length < whole.length; length += 1) {
        assert.equal(readIdentification(whole.subarray(0, length)).kind, "incomplete");
      }
      assert.deepEqual(readIdentification(whole), { kind: "found", protocol: "2.0", software: "server" });
    }),
  );
});

test("any bytes at all are read without harm", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void readIdentification(Buffer.from(bytes))));
});
