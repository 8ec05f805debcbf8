import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { ipsecPolicy } from "../../stacks/azure/hub/lines.ts";
import { readState } from "../state.ts";

/** What those who set up the sites' routers, and those who look at the watch, need to know; read from the stacks. */
export interface Handover {
  /** AS number of the gateway; undefined where Azure has not told it. */
  readonly asn: number | undefined;
  /** Each instance's public address, and the address that it speaks BGP from, once known. */
  readonly instances: readonly { readonly id: string; readonly address: string; readonly peer: string }[];
  readonly lines: readonly {
    /** Name of the secret that keeps its key. */
    readonly secret: string;
    readonly line: string;
    /** The site's end: public address or name, AS number, address that it speaks BGP from. */
    readonly address: string;
    readonly asn: number | undefined;
    readonly peer: string;
  }[];
  readonly vault: string | undefined;
  readonly grafana: string | undefined;
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/** Undefined where there is no VPN gateway: of a Virtual WAN, Azure gives each site's file itself. */
export async function readHandover(hub: Stack, watch: Stack | undefined): Promise<Handover | undefined> {
  return handoverOf(await resourcesOf(hub), watch === undefined ? [] : await resourcesOf(watch));
}

async function resourcesOf(stack: Stack): Promise<readonly StateResource[]> {
  return (await readState(stack)).deployment?.resources ?? [];
}

export function handoverOf(hub: readonly StateResource[], watch: readonly StateResource[]): Handover | undefined {
  const gateway = ofType(hub, "network:VirtualNetworkGateway")[0];
  if (gateway === undefined) return undefined;
  const peers = list(at(gateway.outputs, "bgpSettings", "bgpPeeringAddresses"));
  const peerOf = (id: string): string => {
    const found = peers.find((peer) => text(at(peer, "ipconfigurationId")).split("/").at(-1) === id);
    return list(at(found, "defaultBgpIpAddresses")).map(text).join(", ");
  };
  const ends = new Map(ofType(hub, "network:LocalNetworkGateway").map((end) => [nameOf(end), end]));
  const asn = at(gateway.outputs, "bgpSettings", "asn");
  return {
    asn: typeof asn === "number" ? asn : undefined,
    instances: inOrder(ofType(hub, "network:PublicIPAddress")).flatMap((address) => {
      const id = /^address-(.+)$/.exec(nameOf(address))?.[1];
      if (id === undefined || id.endsWith("-people")) return [];
      return [{ id, address: text(at(address.outputs, "ipAddress")), peer: peerOf(id) }];
    }),
    lines: inOrder(ofType(hub, "keyvault:Secret")).map((secret) => {
      const end = ends.get(nameOf(secret).replace(/^vault-(.+)$/, "link-$1-site"));
      const siteAsn = at(end?.inputs, "bgpSettings", "asn");
      return {
        secret: text(at(secret.inputs, "secretName")),
        line: text(at(secret.inputs, "tags", "line")),
        address: text(at(end?.inputs, "gatewayIpAddress")) || text(at(end?.inputs, "fqdn")),
        asn: typeof siteAsn === "number" ? siteAsn : undefined,
        peer: text(at(end?.inputs, "bgpSettings", "bgpPeeringAddress")),
      };
    }),
    vault: text(at(ofType(hub, "keyvault:Vault")[0]?.inputs, "vaultName")) || undefined,
    grafana: grafanaOf(watch),
  };
}

/** Grafana's address; undefined where Azure has not told it. */
export async function readGrafana(watch: Stack): Promise<string | undefined> {
  return grafanaOf(await resourcesOf(watch));
}

function grafanaOf(watch: readonly StateResource[]): string | undefined {
  return text(at(ofType(watch, "dashboard:Grafana")[0]?.outputs, "properties", "endpoint")) || undefined;
}

/** As `status` shows it; nothing where there is none. */
export function handoverText(handover: Handover | undefined): readonly string[] {
  if (handover === undefined) return [];
  const { asn, instances, lines, vault } = handover;
  const unknown = (value: string): string => (value === "" ? "unknown" : value);
  const { ikeEncryption, ikeIntegrity, dhGroup, ipsecEncryption, pfsGroup } = ipsecPolicy;
  return [
    "Azure's ends of the lines",
    ...instances.map(
      ({ id, address, peer }) =>
        `  ${id.padEnd(36)} ${unknown(address).padEnd(15)}  AS ${asn ?? "unknown"}, BGP from ${unknown(peer)}`,
    ),
    `  IKEv2 ${ikeEncryption}, ${ikeIntegrity}, ${dhGroup}; IPsec ${ipsecEncryption}, PFS ${pfsGroup}`,
    "Sites' ends of the lines, each a tunnel to every address above",
    ...lines.map(
      (line) =>
        `  ${line.line.padEnd(36)} ${unknown(line.address).padEnd(15)}  AS ${line.asn ?? "unknown"}, BGP from ` +
        unknown(line.peer),
    ),
    ...(vault === undefined || lines.length === 0
      ? []
      : [
          "Keys of the lines, from inside the network, for whom the vault lets read its secrets",
          ...lines.map(
            ({ secret }) =>
              `  az keyvault secret show --vault-name ${vault} --name ${secret} --query value --output tsv`,
          ),
        ]),
  ];
}

function ofType(resources: readonly StateResource[], type: string): readonly StateResource[] {
  return resources.filter((resource) => resource.type === `azure-native:${type}`);
}

/** The engine writes them as they were made. */
function inOrder(resources: readonly StateResource[]): readonly StateResource[] {
  return resources.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

function nameOf({ urn }: StateResource): string {
  return urn.split("::").at(-1) ?? "";
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
