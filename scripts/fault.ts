import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type { BodyPlan, InstancePlan, Plan, PoolPlan, ServicePlan, SitePlan } from "../src/plan/types.ts";
import { desksOf, hostsOf } from "../src/plan/names.ts";
import { gatewayBirdDaemon } from "../stacks/lab/config/bird.ts";
import { openVpnDaemon } from "../stacks/lab/config/openvpn.ts";
import { answerFile, servicesDaemon, standInAnswers } from "../stacks/lab/config/services.ts";
import { gatewayIkeDaemon } from "../stacks/lab/config/strongswan.ts";
import {
  daemonFolder,
  daemonKind,
  type DaemonProps,
  leaders,
  markedProcesses,
  writeIfOther,
} from "../stacks/lab/kinds/daemon.ts";
import { linkKind } from "../stacks/lab/kinds/link.ts";
import { exists } from "../stacks/lab/kinds/namespace.ts";
import { run } from "../stacks/lab/run.ts";
import { type LabSettings, labSettings } from "../stacks/lab/settings.ts";
import { poolUpLink } from "../stacks/lab/body.ts";
import { instances, lineInterface, poolNamespace, topology, type Topology } from "../stacks/lab/topology.ts";
import { CommandError } from "./cli.ts";
import { requireLabMachine } from "./machine.ts";
import { planOf } from "./up.ts";

/** Something of the lab that can be failed and mended. */
interface Fault {
  readonly kind: "link" | "instance" | "site" | "pool" | "host" | "desk" | "service";
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export interface FaultReport {
  readonly target: string;
  readonly kind: Fault["kind"];
  /** ISO 8601, after it was done. */
  readonly at: string;
}

/** Fails or mends one thing of the running lab, named as in the plan. Throws CommandError with choices. */
export async function fault(
  what: "cut" | "mend",
  name: string,
  fleetFile: string,
  stage: string | undefined,
): Promise<FaultReport> {
  const lab = labSettings(process.env);
  requireLabMachine(lab);
  const map = topology(planOf(fleetFile, stage), lab.prefix);
  if (!exists(map.internet)) throw new CommandError("the lab is not up; run: npx deskbridge up --target lab");
  const found = find(map, lab, name);
  await found[what]();
  return { target: name, kind: found.kind, at: new Date().toISOString() };
}

function find(map: Topology, lab: LabSettings, name: string): Fault {
  const { plan } = map;
  const instance = instances(plan).find((each) => each.id === name);
  if (instance !== undefined) return instanceFault(map, lab, instance);
  const service = plan.services.find((each) => each.id === name);
  if (service !== undefined) return serviceFault(map, lab, service);
  for (const body of plan.bodies) {
    for (const site of body.sites) {
      if (site.id === name) return lineFault("site", map, site.links.map(lineInterface));
      const link = site.links.find((each) => each.id === name);
      if (link !== undefined) return lineFault("link", map, [lineInterface(link)]);
    }
    for (const pool of body.pools) {
      if (pool.id === name) return poolFault(map, lab, body, pool);
      const address = addressOf(pool, name);
      if (address !== undefined) return hostFault(map, pool, address.kind, address.address);
    }
  }
  throw new CommandError(`"${name}" is nothing that can be cut; choose ${choices(plan)}`, 2);
}

function choices(plan: Plan): string {
  const ids = [
    ...instances(plan).map((each) => each.id),
    ...plan.bodies
      .flatMap((body) => body.sites)
      .flatMap((site: SitePlan) => [site.id, ...site.links.map((link) => link.id)]),
    ...plan.bodies.flatMap((body) => body.pools.map((pool) => pool.id)),
    ...plan.services.map((service) => service.id),
  ];
  return `a desk, a host, or one of: ${ids.join(", ")}`;
}

/** The carrier's end goes down: the site's router sees no carrier, as when a line is cut. */
function lineFault(kind: "link" | "site", map: Topology, interfaces: readonly string[]): Fault {
  const set = async (state: "down" | "up"): Promise<void> => {
    for (const each of interfaces) await run(["ip", "-n", map.internet, "link", "set", "dev", each, state]);
  };
  return { kind, cut: () => set("down"), mend: () => set("up") };
}

/** All daemons of the instance are killed, as when its machine dies. */
function instanceFault(map: Topology, lab: LabSettings, instance: InstancePlan): Fault {
  const daemons: readonly DaemonProps[] = [
    openVpnDaemon(map, instance),
    gatewayIkeDaemon(map, instance),
    gatewayBirdDaemon(map, instance),
  ];
  const alive = (): number[] =>
    markedProcesses(lab)
      .filter((process) => daemons.some((daemon) => daemon.name === process.name))
      .map((process) => process.pid);
  return {
    kind: "instance",
    async cut() {
      for (const pid of alive()) process.kill(pid, "SIGKILL");
      for (let waited = 0; waited < 2000 && alive().length > 0; waited += 20) await after(20);
    },
    async mend() {
      for (const daemon of daemons) await daemonKind.ensure(daemon, lab);
    },
  };
}

function poolFault(map: Topology, lab: LabSettings, body: BodyPlan, pool: PoolPlan): Fault {
  const link = poolUpLink(map, body, pool);
  return {
    kind: "pool",
    cut: async () => void (await run(["ip", "-n", link.a.namespace, "link", "set", "dev", link.a.interface, "down"])),
    mend: async () => void (await linkKind.ensure(link, lab)),
  };
}

/** Its stand-in answers 503, as a service does whose own servers are gone behind what stands before them. */
function serviceFault(map: Topology, lab: LabSettings, { id }: ServicePlan): Fault {
  const { name } = servicesDaemon(map);
  const set = async (answer: string): Promise<void> => {
    if (leaders(lab, name).length === 0) {
      throw new CommandError("the stand-ins of services do not run; run: npx deskbridge up --target lab");
    }
    writeIfOther(join(daemonFolder(lab, name), answerFile(id)), answer, 0o644);
  };
  return { kind: "service", cut: () => set(standInAnswers.failed), mend: () => set(standInAnswers.well) };
}

function hostFault(map: Topology, pool: PoolPlan, kind: "host" | "desk", address: string): Fault {
  const set = async (verb: "add" | "delete"): Promise<void> => {
    const nft = ["ip", "netns", "exec", poolNamespace(map, pool), "nft"];
    await run([...nft, "add", "element", "inet", "faults", "down", `{ ${address} }`]); // so that a delete finds it
    if (verb === "delete") await run([...nft, "delete", "element", "inet", "faults", "down", `{ ${address} }`]);
  };
  return { kind, cut: () => set("add"), mend: () => set("delete") };
}

function addressOf(pool: PoolPlan, name: string): { kind: "host" | "desk"; address: string } | undefined {
  let kind: "host" | "desk" = "host";
  let host = name;
  for (const desk of desksOf(pool)) {
    if (desk.id !== name) continue;
    kind = "desk";
    host = desk.host;
    break;
  }
  for (const each of hostsOf(pool)) if (each.name === host) return { kind, address: each.address };
  return undefined;
}
