import { join } from "node:path";
import { z } from "zod";
import type { Plan } from "../../../src/plan/types.ts";
import { siteBirdDaemon } from "../../../stacks/lab/config/bird.ts";
import { daemonFolder } from "../../../stacks/lab/kinds/daemon.ts";
import { ask, run } from "../../../stacks/lab/run.ts";
import type { LabSettings } from "../../../stacks/lab/settings.ts";
import { instanceNamespace, instances, lineInterface, siteNamespace, topology } from "../../../stacks/lab/topology.ts";
import { linkOf } from "../line.ts";

/** A line of the lab, as its site's router has it. */
export interface LabLine {
  readonly id: string;
  /** Its interface at the site's router, its carrier's end, and its BGP session: all of one name. */
  readonly name: string;
  /** Namespaces. */
  readonly internet: string;
  readonly site: string;
  readonly gateway: string;
  /** Ends of its tunnel. */
  readonly siteInner: string;
  readonly gatewayInner: string;
  /** The site's router and the hub's, which traffic goes between. */
  readonly router: string;
  readonly hub: string;
  /** BIRD's socket at the site. */
  readonly control: string;
}

export function labLine(plan: Plan, lab: LabSettings, id: string): LabLine {
  const map = topology(plan, lab.prefix);
  const { site, link } = linkOf(plan, id);
  const instance = instances(plan).find((each) => each.id === link.instance);
  if (instance === undefined) throw new Error(`${id} ends on ${link.instance}, which is no gateway instance`);
  return {
    id,
    name: lineInterface(link),
    internet: map.internet,
    site: siteNamespace(map, site),
    gateway: instanceNamespace(map, instance),
    siteInner: link.tunnel.siteInner,
    gatewayInner: link.tunnel.gatewayInner,
    router: site.router,
    hub: map.hubRouter,
    control: join(daemonFolder(lab, siteBirdDaemon(map, site).name), "control"),
  };
}

export const within = (namespace: string, argv: readonly string[]): readonly string[] => [
  "ip",
  "netns",
  "exec",
  namespace,
  ...argv,
];

/** What can be taken from a line, and given back; each does no harm when it is done twice. */
export const taking = {
  /** As `deskbridge cut`: the carrier's end goes down. */
  cut: {
    take: ({ internet, name }: LabLine) => carrier(internet, name, "down"),
    give: ({ internet, name }: LabLine) => carrier(internet, name, "up"),
  },
  /** Its BGP session is shut at the site: traffic leaves it without a loss. */
  shut: {
    take: ({ control, name }: LabLine) => session(control, name, "disable"),
    give: ({ control, name }: LabLine) => session(control, name, "enable"),
  },
} as const;

async function carrier(namespace: string, name: string, state: "up" | "down"): Promise<void> {
  await run(["ip", "-n", namespace, "link", "set", "dev", name, state]);
}

/** birdc ends well whatever BIRD says. */
async function session(control: string, name: string, verb: "enable" | "disable"): Promise<void> {
  const said = await run(["birdc", "-s", control, verb, name]);
  if (!new RegExp(`^${name}: (?:already )?${verb}d`, "m").test(said)) {
    throw new Error(`BIRD at ${control} does not ${verb} ${name}: ${said.trim().split("\n").at(-1)}`);
  }
}

/** Whether the line's BGP session stands. */
export async function isEstablished({ control, name }: LabLine): Promise<boolean> {
  const said = await ask(["birdc", "-s", control, "show", "protocols", name]);
  return said !== undefined && new RegExp(`^${name} .*\\bEstablished\\b`, "m").test(said);
}

const routes = z.array(z.object({ dev: z.string() }));

/** The interface by which the site's traffic goes to the hub now; undefined where there is no way. */
export async function carriesNow({ site, router, hub }: LabLine): Promise<string | undefined> {
  const said = await ask(["ip", "-n", site, "-j", "route", "get", hub, "from", router]);
  return said === undefined ? undefined : routes.parse(JSON.parse(said))[0]?.dev;
}
