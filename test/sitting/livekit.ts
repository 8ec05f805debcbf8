import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labSettings } from "../../stacks/lab/settings.ts";
import { freePort, listening, type Running } from "../handshake/servers.ts";

/** LiveKit's real server on loopback, ended by its own id. */

export interface Livekit extends Running {
  readonly url: string;
  readonly key: { readonly name: string; readonly secret: string };
}

export async function livekit(folder: string): Promise<Livekit> {
  const key = { name: "test", secret: "a secret of at least thirty-two characters" };
  const [port, tcp, udp, stun] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const lines = [
    `port: ${port}`,
    "bind_addresses: [127.0.0.1]",
    `keys: { ${key.name}: "${key.secret}" }`,
    "rtc:",
    "  node_ip: { v4: 127.0.0.1 }",
    "  use_external_ip: false",
    "  ips: { includes: [127.0.0.1/32] }",
    "  enable_loopback_candidate: true",
    `  tcp_port: ${tcp}`,
    `  udp_port: ${udp}`,
    // Without one it tells clients those of Google.
    `  stun_servers: ["127.0.0.1:${stun}"]`,
    "logging: { level: error }",
  ];
  const file = join(folder, "livekit.yaml");
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  const server = await listening([labSettings(process.env).livekit, "--config", file], port);
  return { ...server, url: `ws://127.0.0.1:${port}`, key };
}
