import { closeSync, openSync } from "node:fs";
import { http } from "../../../src/probe/methods/http.ts";
import { ikev2 } from "../../../src/probe/methods/ikev2.ts";
import { openvpn } from "../../../src/probe/methods/openvpn.ts";
import { rdp } from "../../../src/probe/methods/rdp.ts";
import { ssh } from "../../../src/probe/methods/ssh.ts";
import { tcp } from "../../../src/probe/methods/tcp.ts";
import type { Limits, Outcome } from "../../../src/probe/outcome.ts";
import { address, within } from "./world.ts";

/** Opens files until no more can be opened, then probes with every method; the server at the port is well. */
const endpoint = { address, port: Number(process.argv[2]) };
const staticKey = { use: "tls-crypt", file: process.argv[1] } as const;
const methods: Readonly<Record<string, (limits: Limits) => Promise<Outcome>>> = {
  tcp: (limits) => tcp(endpoint, limits),
  ssh: (limits) => ssh(endpoint, limits),
  rdp: (limits) => rdp(endpoint, limits),
  http: (limits) => http({ url: `http://${address}:${endpoint.port}/` }, limits),
  ikev2: (limits) => ikev2(endpoint, limits),
  "openvpn over UDP": (limits) => openvpn({ ...endpoint, protocol: "udp" }, limits),
  "openvpn over TCP": (limits) => openvpn({ ...endpoint, protocol: "tcp" }, limits),
  "openvpn with a key": (limits) => openvpn({ ...endpoint, protocol: "udp", staticKey }, limits),
};

// What Node opens at its first use is opened before.
for (const method of Object.values(methods)) await method(within(100));
const held: number[] = [];
try {
  for (;;) held.push(openSync("/dev/null", "r"));
} catch {
  // No file is left.
}
const told: Record<string, string> = {};
for (const [name, method] of Object.entries(methods)) {
  const outcome = await method(within(5000));
  told[name] = outcome.kind === "answered" ? "answered" : `${outcome.kind}: ${JSON.stringify(outcome.why)}`;
}
for (const file of held) closeSync(file);
process.stdout.write(JSON.stringify(told));
