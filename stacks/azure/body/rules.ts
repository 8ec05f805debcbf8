import type { BodyPlan, Plan } from "../../../src/plan/types.ts";
import { hostPorts } from "../../inventory-parts.ts";
import { denyAll, inOrder, type SecurityRule } from "../security-rules.ts";

/**
 * RDP Shortpath for managed networks listens here (Azure Virtual Desktop: RDP Shortpath). With Private Link it works only
 * where the host pool says so, which azure-native 3.28.0 cannot (docs/azure.md, "RDP Shortpath").
 */
const shortpathPort = "3390";
/**
 * STUN and TURN, with which RDP finds a direct way over public networks (Azure Virtual Desktop: RDP Shortpath). With
 * Private Link both must be off (Azure Virtual Desktop: Private Link, UDP opt-in, 2026).
 */
const stunPort = "3478";
/** Windows activation by Azure's key management service. */
const activationPort = "1688";
const filesPort = "445";
const rdpPort = String(hostPorts.rdp);

/**
 * Who comes to a body's desks over our own network: people through the gateway, and the body's own sites. People are
 * those of every body: Azure's gateway gives them all addresses of one pool. The broker and RDP's sign-in tell them apart.
 */
export interface Comers {
  readonly people: readonly string[];
  readonly sites: readonly string[];
}

/** Nobody where the cloud's own broker serves desks: its connections are made from the host. */
export function comers({ access, gateways }: Pick<Plan, "access" | "gateways">, body: BodyPlan): Comers {
  if (access.way !== "gateway") return { people: [], sites: [] };
  return {
    people: gateways.flatMap(({ instances }) => instances.map(({ clients }) => clients)),
    sites: siteRanges(body),
  };
}

/** Ranges of the body's sites: where its PCs stand. */
export function siteRanges(body: Pick<BodyPlan, "pools">): readonly string[] {
  return body.pools.filter(({ kind }) => kind === "physical").map(({ block }) => block);
}

export interface HostsRulesInput {
  readonly way: Plan["access"]["way"];
  readonly comers: Comers;
  /** Ranges of the body's sites, whichever way people come in. */
  readonly sites: readonly string[];
  readonly endpoints: string;
  readonly hub: { readonly resolver: string; readonly endpoints: string; readonly watch: string };
  /** Domain controllers, where hosts join a domain. */
  readonly controllers: readonly string[];
}

/**
 * What a body's hosts may hear and say. In: RDP and managed Shortpath from the body's comers, and the watch's probes;
 * nothing from the Internet and nothing from another body. Out: what AVD and people's work need.
 */
export function hostsRules({ way, comers, sites, endpoints, hub, controllers }: HostsRulesInput): SecurityRule[] {
  return [
    ...inOrder([
      {
        name: "rdp-from-people",
        description: "RDP of people who come through the gateway",
        direction: "Inbound",
        protocol: "Tcp",
        from: comers.people,
        ports: [rdpPort],
      },
      {
        name: "shortpath-from-people",
        description: "RDP Shortpath of people who come through the gateway",
        direction: "Inbound",
        protocol: "Udp",
        from: comers.people,
        ports: [shortpathPort],
      },
      {
        name: "rdp-from-sites",
        description: "RDP from the body's own sites",
        direction: "Inbound",
        protocol: "Tcp",
        from: comers.sites,
        ports: [rdpPort],
      },
      {
        name: "shortpath-from-sites",
        description: "RDP Shortpath from the body's own sites",
        direction: "Inbound",
        protocol: "Udp",
        from: comers.sites,
        ports: [shortpathPort],
      },
      {
        name: "rdp-from-watch",
        description: "The watch knocks at every desk",
        direction: "Inbound",
        protocol: "Tcp",
        from: [hub.watch],
        ports: [rdpPort],
      },
      {
        name: "ping-from-watch",
        description: "The watch pings every desk",
        direction: "Inbound",
        protocol: "Icmp",
        from: [hub.watch],
      },
    ]),
    ...inOrder([
      {
        name: "names",
        description: "DNS at the hub's resolver",
        direction: "Outbound",
        protocol: "*",
        to: [hub.resolver],
        ports: ["53"],
      },
      {
        name: "endpoints",
        description: "The broker, profiles and vaults; the broker's endpoint picks its ports itself",
        direction: "Outbound",
        protocol: "Tcp",
        to: [endpoints, hub.endpoints],
      },
      {
        name: "sites",
        description: "Applications and printers at the body's own sites",
        direction: "Outbound",
        protocol: "*",
        to: sites,
      },
      {
        name: "directory",
        description: "Domain controllers",
        direction: "Outbound",
        protocol: "*",
        to: controllers,
      },
      {
        name: "web",
        description: "AVD's service, Entra ID, Azure Monitor, updates, and people's own work",
        direction: "Outbound",
        protocol: "Tcp",
        to: ["Internet"],
        ports: ["80", "443"],
      },
      {
        name: "activation",
        description: "Windows activation",
        direction: "Outbound",
        protocol: "Tcp",
        to: ["Internet"],
        ports: [activationPort],
      },
      {
        name: "direct-rdp",
        description: "STUN and TURN, with which RDP finds a direct way",
        direction: "Outbound",
        protocol: "Udp",
        to: way === "gateway" ? [] : ["Internet"],
        ports: [stunPort],
      },
    ]),
    denyAll("Inbound"),
    denyAll("Outbound"),
  ];
}

/** A body's private endpoints hear its own hosts, people and sites, and answer; they call nobody. */
export function endpointsRules(hosts: readonly string[], comers: Comers): SecurityRule[] {
  return [
    ...inOrder([
      {
        name: "from-hosts",
        description: "The body's own hosts: broker and profiles",
        direction: "Inbound",
        protocol: "Tcp",
        from: hosts,
      },
      {
        name: "profiles-for-hosts-only",
        description: "Nobody but hosts opens profiles",
        direction: "Inbound",
        protocol: "Tcp",
        access: "Deny",
        ports: [filesPort],
      },
      {
        name: "from-people",
        description: "People's clients: feed and broker, whose endpoints pick their ports themselves",
        direction: "Inbound",
        protocol: "Tcp",
        from: comers.people,
      },
      {
        name: "from-sites",
        description: "Clients at the body's own sites: feed and broker",
        direction: "Inbound",
        protocol: "Tcp",
        from: comers.sites,
      },
    ]),
    denyAll("Inbound"),
    denyAll("Outbound"),
  ];
}
