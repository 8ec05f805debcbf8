import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { ikev2 } from "../../../src/probe/methods/ikev2.ts";
import { missed } from "../../../src/probe/outcome.ts";
import { decodeSaInitAnswer, encodeSaInit, notifies } from "../../../src/probe/wire/ikev2.ts";
import { folderOf, freePort, remove } from "../../handshake/servers.ts";
import { until } from "../../watch/until.ts";
import { alone } from "./alone.ts";
import { selfSigned } from "./certificates.ts";
import { address, answered, stopped, within } from "./world.ts";

const execute = promisify(execFile);

/** A gateway as the lab runs it; it asks for cookies from the second half-open SA on, and blocks an address at the third. */
const settings = (folder: string): string => `charon-systemd {
  load = random nonce openssl pem pkcs1 pkcs8 x509 revocation constraints pubkey aes sha1 sha2 hmac kdf gcm kernel-libipsec kernel-netlink socket-default updown vici
  cookie_threshold = 2
  block_threshold = 3
  half_open_timeout = 600
  plugins { vici { socket = unix://${folder}/vici } }
  filelog { log { path = ${folder}/charon.log
    default = 1
    flush_line = yes } }
}
swanctl { load = random openssl pem pkcs1 pkcs8 x509 pubkey }
`;
const connections = `connections { line {
  version = 2
  local_addrs = 127.0.0.1
  proposals = aes256gcm16-prfsha256-ecp256
  local { auth = pubkey
    certs = gateway.crt }
  remote { auth = pubkey }
  children { line { esp_proposals = aes256gcm16-ecp256 } }
} }
`;

const tests = () =>
  describe("an IKEv2 gateway's answer", () => {
    let folder: string;
    let charon: ChildProcess;
    const environment = () => ({
      ...process.env,
      STRONGSWAN_CONF: join(folder, "strongswan.conf"),
      SWANCTL_DIR: folder,
    });
    const swanctl = async (...words: readonly string[]): Promise<string> => {
      const all = [...words, "--uri", `unix://${folder}/vici`];
      return (await execute("swanctl", all, { env: environment() })).stdout;
    };
    /** SAs that charon has, half-open ones too. */
    const associations = async (): Promise<readonly string[]> => {
      const { stdout } = await execute("swanctl", ["--stats", "--uri", `unix://${folder}/vici`], {
        env: environment(),
      });
      return stdout.split("\n").filter((line) => line.startsWith("IKE_SAs"));
    };
    before(async () => {
      folder = await folderOf("probe-ikev2");
      const made = await selfSigned(folder, "gateway", 1);
      await execute("mkdir", ["-p", join(folder, "x509"), join(folder, "private")]);
      await writeFile(join(folder, "x509/gateway.crt"), made.certificatePem);
      await writeFile(join(folder, "private/gateway.key"), made.keyPem, { mode: 0o600 });
      await writeFile(join(folder, "strongswan.conf"), settings(folder));
      await writeFile(join(folder, "swanctl.conf"), connections);
      charon = spawn("charon-systemd", { env: environment(), stdio: "ignore" });
      await until("charon", () => swanctl("--stats").catch(() => undefined));
      await swanctl("--load-all", "--file", join(folder, "swanctl.conf"));
    });
    after(async () => {
      if (charon.exitCode === null && charon.signalCode === null) {
        const ended = once(charon, "exit");
        charon.kill("SIGKILL");
        await ended;
      }
      await remove(folder);
    });

    /** It answers first and forgets then; a second message before that would count against its cookies. */
    const nothingKept = (): Promise<true> =>
      until("charon to forget", async () =>
        (await associations()).join() === "IKE_SAs: 0 total, 0 half-open" ? true : undefined,
      );

    /** One raw exchange: what kind of answer comes. */
    async function ask(message: Buffer, spi: Buffer): Promise<unknown> {
      const socket = createSocket("udp4");
      socket.send(message, 500, address);
      const [answer] = (await once(socket, "message")) as [Buffer];
      socket.close();
      return decodeSaInitAnswer(answer, spi);
    }

    for (const port of [500, 4500]) {
      test(`charon answers at port ${port}, as often as it is asked, and keeps nothing of it`, async () => {
        for (let round = 0; round < 10; round += 1) {
          answered(await ikev2({ address, port }, within(10_000)));
          await nothingKept();
        }
      });
    }

    test("it answers that it accepts no such proposal", async () => {
      const spi = Buffer.from("1112131415161718", "hex");
      const message = encodeSaInit(spi, Buffer.alloc(32, 7), Buffer.alloc(32, 9));
      assert.deepEqual(await ask(message, spi), { kind: "notify", notify: notifies.noProposalChosen });
      assert.match(await readFile(join(folder, "charon.log"), "utf8"), /no proposal chosen|NO_PROP/i);
      await nothingKept();
    });

    test("under load it asks for a cookie, which is an answer too", async () => {
      // Half-open SAs of somebody else: messages that it accepts and that are never followed up.
      for (let index = 0; index < 2; index += 1) {
        const spi = Buffer.alloc(8, 0x21 + index);
        assert.deepEqual(await ask(acceptable(spi), spi), { kind: "accepted" });
      }
      assert.deepEqual(await associations(), ["IKE_SAs: 2 total, 2 half-open"]);
      const spi = Buffer.alloc(8, 0x31);
      const message = encodeSaInit(spi, Buffer.alloc(32, 7), Buffer.alloc(32, 9));
      assert.deepEqual(await ask(message, spi), { kind: "notify", notify: notifies.cookie });
      answered(await ikev2({ address, port: 500 }, within(10_000)));
    });

    test("a stopped gateway is silent, nobody at the port refuses", async () => {
      await stopped(charon);
      assert.deepEqual(
        await ikev2({ address, port: 500 }, within(300)),
        missed({ kind: "timeout", stage: "connect", afterMs: 300 }),
      );
      charon.kill("SIGCONT");
      assert.deepEqual(await ikev2({ address, port: await freePort() }, within(5000)), missed({ kind: "refused" }));
    });
  });

/** The probe's message with a proposal that the gateway above accepts: AES-256-GCM-16, HMAC-SHA-256, Curve P-256. */
function acceptable(spi: Buffer): Buffer {
  const part = (next: number, hex: string): string =>
    `${next.toString(16).padStart(2, "0")}00${size(4 + hex.length / 2)}${hex}`;
  const size = (bytes: number): string => bytes.toString(16).padStart(4, "0");
  const transforms = ["0300000c01000014800e0100", "0300000802000005", "0000000804000013"].join("");
  const proposal = `0000${size(8 + transforms.length / 2)}01010003${transforms}`;
  // The curve's own base point is a point like any other.
  const point = [
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
  ].join("");
  const body = [part(34, proposal), part(40, `00130000${point}`), part(0, "aa".repeat(32))].join("");
  const header = `${spi.toString("hex")}00000000000000002120220800000000${size(0)}${size(28 + body.length / 2)}`;
  return Buffer.from(`${header}${body}`, "hex");
}

alone(import.meta.filename, tests);
