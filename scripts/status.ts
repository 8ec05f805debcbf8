import { defineCommand } from "citty";
import type { Inventory } from "../src/inventory.ts";
import type { Target } from "../src/plan/types.ts";
import { labSettings } from "../stacks/lab/settings.ts";
import { type Handover, handoverText, readHandover } from "./azure/handover.ts";
import { jsonArg, print, printJson, targetArg } from "./cli.ts";
import { engineContext, openStack, openWorkspace } from "./engine.ts";
import { currentInventory } from "./inventory.ts";

interface Status {
  readonly stacks: readonly { readonly name: string; readonly resources: number; readonly updatedAt: string }[];
  /** `up` is null while the watch does not say. */
  readonly links: readonly { readonly id: string; readonly up: boolean | null }[];
  readonly gateways: readonly { readonly id: string; readonly up: boolean | null; readonly sessions: number | null }[];
  readonly services: readonly { readonly id: string; readonly up: boolean | null }[];
  /** In Azure, what answers in the lab answers on the watch's machine alone; Grafana is what people look at. */
  readonly urls: Readonly<Record<string, string>>;
  /** Azure only: what the sites' routers are set up with. */
  readonly handover?: Handover | undefined;
}

export default defineCommand({
  meta: { name: "status", description: "what is up: stacks, links, gateways, and where to look" },
  args: { ...targetArg, ...jsonArg },
  async run({ args }) {
    const status = await readStatus(args.target);
    if (args.json) printJson(status);
    else print(table(status, args.target));
  },
});

/** Pages on this machine, which the lab alone has. */
function labPages() {
  const { ports } = labSettings(process.env);
  return {
    wallboard: `http://127.0.0.1:${ports.exporter}/`,
    metrics: `http://127.0.0.1:${ports.exporter}/metrics`,
    prometheus: `http://127.0.0.1:${ports.prometheus}/`,
    alertmanager: `http://127.0.0.1:${ports.alertmanager}/`,
  };
}

async function readStatus(target: Target): Promise<Status> {
  const inventory: Inventory = await currentInventory(target);
  const workspace = await openWorkspace(engineContext("fleets/piemonte.yaml", undefined));
  const stacks = (await workspace.listStacks())
    .filter((each) => each.name.startsWith(`${target}-`))
    .map((each) => ({ name: each.name, resources: each.resourceCount ?? 0, updatedAt: each.lastUpdate ?? "" }));
  const there = (name: string) => stacks.some((stack) => stack.name === name);
  const handover =
    target === "azure" && there("azure-hub")
      ? await readHandover(
          await openStack(workspace, "azure-hub"),
          there("azure-watch") ? await openStack(workspace, "azure-watch") : undefined,
        )
      : undefined;
  const grafana: Record<string, string> = handover?.grafana === undefined ? {} : { grafana: handover.grafana };
  const urls = target === "lab" ? labPages() : grafana;
  const samples = target === "lab" ? await scrape(labPages().metrics) : new Map<string, number>();
  const read = (metric: string, label: string, id: string): number | null =>
    samples.get(`${metric} ${label} ${id}`) ?? null;
  const isUp = (value: number | null): boolean | null => (value === null ? null : value === 1);
  // Of one that cannot be asked nothing is known.
  const asked = (kind: "gateway" | "service", id: string): boolean | null =>
    read(`deskbridge_${kind}_unprobed`, kind, id) === 1 ? null : isUp(read(`deskbridge_${kind}_up`, kind, id));
  return {
    stacks,
    links: inventory.links.map(({ id }) => ({ id, up: isUp(read("deskbridge_link_up", "link", id)) })),
    gateways: inventory.instances.map(({ id }) => ({
      id,
      up: asked("gateway", id),
      sessions: read("deskbridge_vpn_sessions", "gateway", id),
    })),
    services: inventory.services.map(({ id }) => ({ id, up: asked("service", id) })),
    urls,
    ...(handover === undefined ? {} : { handover }),
  };
}

const read = new Map([
  ["deskbridge_link_up", "link"],
  ["deskbridge_gateway_up", "gateway"],
  ["deskbridge_gateway_unprobed", "gateway"],
  ["deskbridge_vpn_sessions", "gateway"],
  ["deskbridge_service_up", "service"],
  ["deskbridge_service_unprobed", "service"],
]);

/** The exporter's samples that status tells; empty while it does not answer. The worst of several vantages counts. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const samples = new Map<string, number>();
  let text = "";
  try {
    text = await (await fetch(url, { signal: AbortSignal.timeout(5000) })).text();
  } catch {
    return samples;
  }
  for (const line of text.split("\n")) {
    const match = /^(\w+)\{(.*)\} (\S+)$/.exec(line);
    const label = read.get(match?.[1] ?? "");
    if (match === null || label === undefined) continue;
    const id = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(match[2] ?? "")?.[1] ?? "";
    const key = `${match[1]} ${label} ${id}`;
    samples.set(key, Math.min(samples.get(key) ?? Number.POSITIVE_INFINITY, Number(match[3])));
  }
  return samples;
}

function table(status: Status, target: Target): string {
  const word = (up: boolean | null): string => (up === null ? "unknown" : up ? "up" : "DOWN");
  const lines = [
    "Stacks",
    ...status.stacks.map(
      (each) => `  ${each.name.padEnd(24)} ${String(each.resources).padStart(4)} resources   ${each.updatedAt}`,
    ),
    ...(target === "azure"
      ? handoverText(status.handover)
      : [
          "Gateways",
          ...status.gateways.map(
            (each) => `  ${each.id.padEnd(36)} ${word(each.up).padEnd(8)} ${each.sessions ?? "?"} sessions`,
          ),
          "Links",
          ...status.links.map((each) => `  ${each.id.padEnd(36)} ${word(each.up)}`),
          ...(status.services.length === 0 ? [] : ["Services"]),
          ...status.services.map((each) => `  ${each.id.padEnd(36)} ${word(each.up)}`),
        ]),
    "Pages",
    ...Object.entries(status.urls).map(([name, url]) => `  ${name.padEnd(14)} ${url}`),
    ...(target === "azure" ? ["  whether links and gateways are up, the watch says: Grafana, and its pages"] : []),
  ];
  return lines.join("\n");
}
