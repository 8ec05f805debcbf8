import { join } from "node:path";
import type { Instance } from "../../inventory.ts";
import type { Family } from "../../metrics.ts";
import type { Collector, Scene } from "../collector.ts";
import { askEach, instancesWith, type InstanceWith } from "../instances.ts";
import { certificateEnd } from "../openvpn/certificate.ts";
import { readLog } from "../openvpn/log.ts";
import { ManagementError, visit } from "../openvpn/management.ts";
import { peopleRange } from "../openvpn/range.ts";
import type { RefusalReason } from "../openvpn/refusals.ts";
import { askStatus, type GatewayStatus } from "../openvpn/status.ts";
import { PartialCollectionError } from "../partial.ts";

/**
 * People, bytes, addresses and refused logins at each gateway instance, from its management socket, and the end of its
 * certificate. An instance that does not answer gives no figures of its own (nobody knows how many people it has) and
 * takes nothing from the others.
 */
export const openvpnCollector: Collector = {
  name: "openvpn",
  collect: async (scene, signal) => {
    const { fleet, labRoot } = scene;
    const instances = fleet?.inventory.instances ?? [];
    const managed = instancesWith(fleet, "management");
    const [visits, certificates] = await Promise.all([
      askEach(managed, (instance, limited) => askInstance(instance, scene, limited), scene, signal),
      askEach(
        instancesWith(fleet, "certificate"),
        ({ certificate }) => certificateEnd(join(labRoot, certificate)),
        scene,
        signal,
      ),
    ]);
    const answers = visits.answers.map(({ instance, answer }) => ({ gateway: instance.id, ...answer }));
    const of = ({ id }: Instance) => ({ gateway: id });
    const figure = (value: (status: GatewayStatus) => number) =>
      answers.map(({ gateway, status }) => ({ labels: { gateway }, value: value(status) }));
    const families: Family[] = [
      { name: "vpn_sessions", samples: figure(({ sessions }) => sessions) },
      {
        name: "vpn_sessions_limit",
        samples: instances.map((instance) => ({ labels: of(instance), value: instance.sessionsLimit })),
      },
      { name: "vpn_rx_bytes_total", samples: figure(({ rxBytes }) => rxBytes) },
      { name: "vpn_tx_bytes_total", samples: figure(({ txBytes }) => txBytes) },
      { name: "vpn_addresses_used", samples: figure(({ addresses }) => addresses.size) },
      {
        name: "vpn_addresses_total",
        samples: managed.map((instance) => ({ labels: of(instance), value: peopleRange(instance.clients).size })),
      },
      {
        name: "vpn_refused_logins_total",
        samples: answers.flatMap(({ gateway, refused }) =>
          Object.entries(refused).map(([reason, value]) => ({ labels: { gateway, reason }, value })),
        ),
      },
      {
        name: "vpn_certificate_expiry_timestamp_seconds",
        samples: certificates.answers.map(({ instance, answer }) => ({ labels: of(instance), value: answer })),
      },
    ];
    const faults = [...visits.faults, ...certificates.faults, ...answers.flatMap(({ faults }) => faults)];
    if (faults.length > 0) throw new PartialCollectionError(faults.join("; "), families);
    return families;
  },
};

interface Answer {
  readonly status: GatewayStatus;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  /** What of the log failed, in words. */
  readonly faults: readonly string[];
}

/** One short visit. A log that cannot be read costs the refused logins alone. */
async function askInstance(
  instance: InstanceWith<"management">,
  { labRoot, memory }: Scene,
  signal: AbortSignal,
): Promise<Answer> {
  const { id, management, clients } = instance;
  const logins = memory.loginsOf(id);
  const { status, log } = await visit(
    join(labRoot, management),
    async (ask) => ({
      status: checked(await askStatus(ask), clients),
      log: await readLog(ask, logins.place).catch((error: unknown) => error as Error),
    }),
    signal,
  );
  if (log instanceof Error) return { status, refused: {}, faults: [`${id}: ${log.message}`] };
  logins.refusals.take(log.fresh);
  logins.place = log.place;
  const lost = `${id}: its log forgot lines that were not read yet; refused logins may be missing`;
  return { status, refused: { ...logins.refusals.counts }, faults: log.lost ? [lost] : [] };
}

/** Throws ManagementError where people have addresses that they cannot have. */
function checked(status: GatewayStatus, clients: string): GatewayStatus {
  const range = peopleRange(clients);
  const foreign = [...status.addresses].filter((address) => !range.holds(address)).length;
  if (foreign > 0) throw new ManagementError(`${foreign} of its people have addresses that ${clients} does not hold`);
  const used = status.addresses.size;
  if (used > range.size)
    throw new ManagementError(`people have ${used} addresses of ${clients}, which has ${range.size}`);
  return status;
}
