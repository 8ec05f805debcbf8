import { join } from "node:path";
import type { Family } from "../../metrics.ts";
import type { Collector } from "../collector.ts";
import { PartialCollectionError } from "../partial.ts";
import { askSessions, type GatewaySessions } from "../management.ts";

/**
 * People and bytes at each gateway instance, from its management socket. An instance that does not answer gives no
 * figures of its own (nobody knows how many people it has) and takes nothing from the others.
 */
export const openvpnCollector: Collector = {
  name: "openvpn",
  collect: async ({ fleet, labRoot }, signal) => {
    const instances = (fleet?.inventory.instances ?? []).flatMap(({ id, management }) =>
      management === undefined ? [] : [{ id, path: join(labRoot, management) }],
    );
    const asked = await Promise.allSettled(instances.map(({ path }) => askSessions(path, signal)));
    const answers = asked.flatMap((result, index) => {
      const gateway = instances[index]?.id;
      return result.status === "fulfilled" && gateway !== undefined ? [{ gateway, ...result.value }] : [];
    });
    const limits = (fleet?.inventory.instances ?? []).map(({ id, sessionsLimit }) => ({
      labels: { gateway: id },
      value: sessionsLimit,
    }));
    const families: Family[] = [
      { name: "vpn_sessions", samples: answers.map(sample("sessions")) },
      { name: "vpn_sessions_limit", samples: limits },
      { name: "vpn_rx_bytes_total", samples: answers.map(sample("rxBytes")) },
      { name: "vpn_tx_bytes_total", samples: answers.map(sample("txBytes")) },
    ];
    const failures = asked.flatMap((result, index) =>
      result.status === "rejected" ? [`${instances[index]?.id}: ${(result.reason as Error).message}`] : [],
    );
    if (failures.length > 0) throw new PartialCollectionError(failures.join("; "), families);
    return families;
  },
};

type Answer = GatewaySessions & { readonly gateway: string };

function sample(figure: keyof GatewaySessions) {
  return (answer: Answer) => ({ labels: { gateway: answer.gateway }, value: answer[figure] });
}
