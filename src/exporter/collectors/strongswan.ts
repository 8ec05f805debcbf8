import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connectionName } from "../../inventory.ts";
import type { Family, LabelsOf, Sample } from "../../metrics.ts";
import type { Collector } from "../collector.ts";
import { askEach, lineEndsWith, linesAt } from "../instances.ts";
import { PartialCollectionError } from "../partial.ts";
import type { Bytes } from "../tally.ts";
import { askVici } from "../vici/client.ts";
import { joinListings, noTunnel, readConnections, readTunnels, type Tunnel } from "../vici/tunnels.ts";

type LinkLabels = LabelsOf<"link_rx_bytes_total">;

/**
 * The lines' IPsec tunnels as each gateway instance's charon has them. Every line of the inventory that ends at an
 * instance has a 0 or a 1 a layer, whether the daemon knows it or not. A daemon that cannot be asked says nothing of its
 * lines, so there is no figure of them: unknown is not down. `link_up` tells of every line in any case.
 */
export const strongswanCollector: Collector = {
  name: "strongswan",
  applies: ({ fleet }) => lineEndsWith(fleet, "vici").length > 0,
  collect: async (scene, signal) => {
    const { fleet, labRoot, memory, now } = scene;
    const { answers, faults } = await askEach(
      lineEndsWith(fleet, "vici"),
      ({ vici }, limited) => askTunnels(join(labRoot, vici), limited),
      scene,
      signal,
    );
    const wrong = [...faults];
    const seen = answers.flatMap(({ instance, answer }) =>
      linesAt(fleet, instance).map(({ id, labels }) => {
        const tunnel = answer.get(connectionName(id)) ?? noTunnel;
        let bytes: Bytes | undefined;
        try {
          bytes = memory.bytes.take(id, tunnel.bytes, now());
        } catch (error) {
          wrong.push(`${instance.id}: ${id}: ${(error as Error).message}`);
        }
        return { labels, tunnel, bytes };
      }),
    );
    const states = { config: "configured", sa: "sa", child: "child" } as const;
    const families: Family[] = [
      {
        name: "link_state",
        samples: seen.flatMap(({ labels, tunnel }) =>
          Object.entries(states).map(([layer, state]) => ({
            labels: { ...labels, layer },
            value: tunnel[state] ? 1 : 0,
          })),
        ),
      },
      {
        name: "link_dpd_pending",
        samples: seen.map(({ labels, tunnel }) => ({ labels, value: tunnel.dpdPending ? 1 : 0 })),
      },
      { name: "link_rx_bytes_total", samples: seen.flatMap(counted("rx")) },
      { name: "link_tx_bytes_total", samples: seen.flatMap(counted("tx")) },
    ];
    if (wrong.length > 0) throw new PartialCollectionError(wrong.join("; "), families);
    return families;
  },
};

function counted(way: keyof Bytes) {
  return ({ labels, bytes }: { labels: LinkLabels; bytes: Bytes | undefined }): Sample<LinkLabels>[] =>
    bytes === undefined ? [] : [{ labels, value: bytes[way] }];
}

const connections = { command: "list-conns", event: "list-conn" } as const;
const associations = { command: "list-sas", event: "list-sa" } as const;

/**
 * A listing is no snapshot; so often a tunnel that it shows as failing is looked at again, a little later each time, since
 * what hides it takes a few messages. With 2 looks at once, a line that was rekeyed on a busy machine was told as down in
 * one of 16 runs of a test.
 */
const repeats = 5;
const pauseMs = 10;

/**
 * Tunnels by the names of their connections, those that are only configured too. charon lists one SA after the other and
 * waits for each that is being worked on. While an IKE_SA is rekeyed, a listing may so show the old one, which has handed
 * its tunnel over, and not the new one: with strongSwan 5.9.8, a third of the rekeyings that a listing met. So a
 * connection that has an SA and is not up is listed again.
 */
async function askTunnels(socketPath: string, signal: AbortSignal): Promise<ReadonlyMap<string, Tunnel>> {
  const [configured, first] = await askVici(socketPath, [connections, associations], signal);
  let tunnels = readTunnels(first);
  for (let repeat = 0; repeat < repeats && [...tunnels.values()].some(({ child }) => !child); repeat += 1) {
    await pause(pauseMs, undefined, { signal });
    const [again] = await askVici(socketPath, [associations], signal);
    tunnels = joinListings(tunnels, readTunnels(again));
  }
  const names = readConnections(configured);
  return new Map(
    [...new Set([...names, ...tunnels.keys()])].map((name) => [
      name,
      { ...(tunnels.get(name) ?? noTunnel), configured: names.has(name) },
    ]),
  );
}
