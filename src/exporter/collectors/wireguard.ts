import type { Family } from "../../metrics.ts";
import type { Collector, Scene } from "../collector.ts";
import { askEach, instancesWith, type InstanceWith } from "../instances.ts";
import { PartialCollectionError } from "../partial.ts";
import type { Bytes } from "../tally.ts";
import { parseDump, sessionsOf } from "../wireguard/dump.ts";
import { runDump } from "../wireguard/run.ts";

/**
 * People and bytes at each gateway instance that speaks WireGuard. It knows no connections: a peer whose last handshake
 * is younger than three minutes counts as a session, and one that has just left still does. Bytes are added up over
 * peers that come and go.
 */
export const wireguardCollector: Collector = {
  name: "wireguard",
  applies: ({ fleet }) => instancesWith(fleet, "wireguard").length > 0,
  collect: async (scene, signal) => {
    const { answers, faults } = await askEach(
      instancesWith(scene.fleet, "wireguard"),
      (instance, limited) => askPeers(instance, scene, limited),
      scene,
      signal,
    );
    const figure = (value: (answer: Answer) => number) =>
      answers.map(({ instance, answer }) => ({ labels: { gateway: instance.id }, value: value(answer) }));
    const families: Family[] = [
      { name: "vpn_sessions", samples: figure(({ sessions }) => sessions) },
      { name: "vpn_rx_bytes_total", samples: figure(({ bytes }) => bytes.rx) },
      { name: "vpn_tx_bytes_total", samples: figure(({ bytes }) => bytes.tx) },
    ];
    if (faults.length > 0) throw new PartialCollectionError(faults.join("; "), families);
    return families;
  },
};

interface Answer {
  readonly sessions: number;
  readonly bytes: Bytes;
}

async function askPeers(
  { id, wireguard }: InstanceWith<"wireguard">,
  { memory, now }: Scene,
  signal: AbortSignal,
): Promise<Answer> {
  const peers = parseDump(await runDump(wireguard, signal));
  const sessions = sessionsOf(peers, now() / 1000);
  return { sessions, bytes: memory.bytes.take(id, new Map(peers.map((peer) => [peer.id, peer.bytes])), now()) };
}
