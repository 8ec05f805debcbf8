import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadFleet } from "../../src/fleet/load.ts";
import { type EngineStep, impactOf } from "../../src/plan/impact.ts";
import { plan } from "../../src/plan/plan.ts";
import { impactText } from "../../src/plan/text/impact.ts";
import { reference } from "./fleet.ts";

const surge = plan(reference());

/** `stack op type name diff,diff` → a step, as the engine tells it. */
function step(text: string): EngineStep {
  const [stack = "", op = "", type = "", name = "", diff = ""] = text.split(" ");
  const token = type.includes(":deskbridge") ? type.slice(1) : `azure-native:${type}`;
  const urn = `urn:pulumi:${stack}::deskbridge::${token}::${name}`;
  return { stack, op, type: token, name, urn, diff: diff === "" ? [] : diff.split(",") };
}

/** `! effect people minutes text`, with the mark where it is refused. */
function told(...steps: readonly string[]): string[] {
  const { changes, refused } = impactOf(steps.map(step), surge);
  return changes.map((change) => {
    const { effect, people, minutes, text } = change;
    return `${refused.includes(change) ? "! " : ""}${effect}, ${people}, ${minutes ?? "?"} min: ${text}`;
  });
}

const gateway = "network:VirtualNetworkGateway vpn-gateway";
const away = "up to 6,671 people at once disconnect, and every profile is issued again (7,999)";
const vm = "compute:VirtualMachine";

const cases: readonly { name: string; steps: readonly string[]; says: readonly string[] }[] = [
  {
    name: "a gateway is made",
    steps: [`azure-hub create ${gateway}`],
    says: ["none, 0, ? min: VPN gateway vpn-gateway is made: up to about 60 minutes"],
  },
  {
    name: "a gateway goes to another generation",
    steps: [`azure-hub update ${gateway} sku.name,sku.tier,vpnGatewayGeneration`],
    says: [
      `! new profile, 7999, ? min: VPN gateway vpn-gateway goes to another generation, which Azure does not do in place: it is deleted and made anew, ${away}`,
    ],
  },
  {
    name: "a gateway is resized",
    steps: [`azure-hub update ${gateway} sku.name,sku.tier`],
    says: [
      "interrupted, 6671, 45 min: VPN gateway vpn-gateway is resized in about 45 minutes: up to 6,671 people at once disconnect in it; profiles stay",
    ],
  },
  {
    name: "a gateway is made anew, which is three steps to the engine",
    steps: [
      `azure-hub create-replacement ${gateway} gatewayType`,
      `azure-hub replace ${gateway}`,
      `azure-hub delete-replaced ${gateway}`,
    ],
    says: [`! new profile, 7999, 60 min: VPN gateway vpn-gateway is made anew in up to 60 minutes: ${away}`],
  },
  {
    name: "a gateway goes",
    steps: [`azure-hub delete ${gateway}`],
    says: [`! new profile, 7999, ? min: VPN gateway vpn-gateway goes: ${away}`],
  },
  {
    name: "people's addresses change",
    steps: [`azure-hub update ${gateway} vpnClientConfiguration.vpnClientAddressPool.addressPrefixes[0]`],
    says: [
      `! new profile, 7999, ? min: VPN gateway vpn-gateway changes what profiles hang on (vpnClientConfiguration.vpnClientAddressPool.addressPrefixes[0]): ${away}`,
    ],
  },
  {
    name: "another way to prove who one is",
    steps: [`azure-hub update ${gateway} vpnClientConfiguration.vpnAuthenticationTypes[0],tags.slice`],
    says: [
      `! new profile, 7999, ? min: VPN gateway vpn-gateway changes what profiles hang on (vpnClientConfiguration.vpnAuthenticationTypes[0], tags.slice): ${away}`,
    ],
  },
  {
    name: "a certificate is revoked",
    steps: [`azure-hub update ${gateway} vpnClientConfiguration.vpnClientRevokedCertificates[3]`],
    says: [
      "none, 0, ? min: VPN gateway vpn-gateway takes another list of revoked certificates: whoever is new on it is let in no more",
    ],
  },
  {
    name: "only a gateway's tags change",
    steps: [`azure-hub update ${gateway} tags.slice`],
    says: [
      "none, 0, ? min: VPN gateway vpn-gateway changes (tags.slice): nobody is known to disconnect; for how long, if at all, is not known",
    ],
  },
  {
    name: "people's gateway of a Virtual WAN takes other addresses",
    steps: ["azure-hub update network:P2sVpnGateway hub-people p2SConnectionConfigurations[0].vpnClientAddressPool"],
    says: [
      `! new profile, 7999, ? min: people's gateway hub-people changes what profiles hang on (p2SConnectionConfigurations[0].vpnClientAddressPool): ${away}`,
    ],
  },
  {
    name: "a gateway's public address is made anew, a NAT gateway's is not people's business",
    steps: [
      "azure-hub replace network:PublicIPAddress address-hub-a",
      "azure-hub replace network:PublicIPAddress network-nat-address",
      "azure-hub create network:PublicIPAddress address-hub-b",
    ],
    says: [
      "! new profile, 7999, ? min: public address address-hub-a is made anew: up to 6,671 people at once disconnect, every profile that names it is issued again (7,999), and every site's router is told the new one",
    ],
  },
  {
    name: "a line of a site that has others",
    steps: ["azure-hub replace network:VirtualNetworkGatewayConnection link-torino--palazzo-civico--fibre-2"],
    says: [
      "none, 735, ? min: line torino/palazzo-civico/fibre-2 is made anew; 735 people at torino/palazzo-civico use the site: they go on over the site's other lines",
    ],
  },
  {
    name: "the only line of a site, gateway and connection: one change",
    steps: [
      "azure-hub update network:LocalNetworkGateway link-regione--consiglio--fibre-site gatewayIpAddress",
      "azure-hub update network:VirtualNetworkGatewayConnection link-regione--consiglio--fibre sharedKey",
    ],
    says: [
      "interrupted, 280, ? min: line regione/consiglio/fibre changes; 280 people at regione/consiglio use the site: they are cut off until it is up again; how long is not known",
    ],
  },
  {
    name: "all lines of a site at once",
    steps: ["fibre", "fibre-2"].map(
      (link) => `azure-hub replace network:VirtualNetworkGatewayConnection link-torino--palazzo-civico--${link}`,
    ),
    says: ["fibre", "fibre-2"].map(
      (link) =>
        `interrupted, 735, ? min: line torino/palazzo-civico/${link} is made anew; 735 people at torino/palazzo-civico use the site: they are cut off until it is up again; how long is not known`,
    ),
  },
  {
    name: "a line more",
    steps: ["azure-hub create network:VirtualNetworkGatewayConnection link-metropolitana--corso-inghilterra--fibre"],
    says: ["none, 0, ? min: line metropolitana/corso-inghilterra/fibre is made: nobody disconnects"],
  },
  {
    name: "a line that the plan has no more",
    steps: ["azure-hub delete network:VpnSite site-torino--anagrafe"],
    says: ["none, 0, ? min: line of site-torino--anagrafe goes: the plan has it no more"],
  },
  {
    name: "a site's connection at a Virtual WAN: all its lines there",
    steps: [
      "azure-hub update network:VpnConnection lines-hub-torino--palazzo-civico vpnLinkConnections[0].sharedKey",
      "azure-hub update network:VpnSite site-torino--palazzo-civico vpnSiteLinks[0].ipAddress",
    ],
    says: ["fibre", "fibre-2"].map(
      (link) =>
        `interrupted, 735, ? min: line torino/palazzo-civico/${link} changes; 735 people at torino/palazzo-civico use the site: they are cut off until it is up again; how long is not known`,
    ),
  },
  {
    name: "the sites' gateway of a Virtual WAN",
    steps: ["azure-hub replace network:VpnGateway sites-hub"],
    says: [
      "! interrupted, 1050, 60 min: sites' gateway sites-hub is made anew in up to 60 minutes: up to 1,050 people at once lose the way to their PC, and every site's router is told the new addresses",
    ],
  },
  {
    name: "hosts are made",
    steps: [1, 2, 3].map((nth) => `azure-regione-office-19 create ${vm} regofflt-0300${nth}`),
    says: ["none, 0, ? min: regione/office: 3 hosts are made"],
  },
  {
    name: "personal hosts are made anew",
    steps: [
      `azure-regione-office-1 replace ${vm} regofflt-00001`,
      `azure-regione-office-2 replace ${vm} regofflt-00161`,
      "azure-regione-office-1 replace compute:VirtualMachineExtension regofflt-00001-agent",
    ],
    says: [
      "! lost, 2, ? min: regione/office: 2 hosts are made anew; 2 people lose their desk and what is stored on it",
    ],
  },
  {
    name: "a personal host goes",
    steps: [`azure-regione-gis-1 delete ${vm} reggisra-00105`],
    says: ["! lost, 1, ? min: regione/gis: 1 host goes; 1 person loses their desk and what is stored on it"],
  },
  {
    name: "pooled hosts take a new image: their people sign in again",
    steps: [1, 2].map((nth) => `azure-torino-office-1 replace ${vm} torofflr-0000${nth} storageProfile`),
    says: [
      "interrupted, 64, ? min: torino/office: 2 hosts are made anew; up to 64 people at once sign in again, on another host that has room",
    ],
  },
  {
    name: "a pooled host goes",
    steps: [`azure-torino-office-1 delete ${vm} torofflr-00044`],
    says: [
      "! interrupted, 32, ? min: torino/office: 1 host goes; up to 32 people at once sign in again, on another host that has room",
    ],
  },
  {
    name: "hosts are resized; others only get a tag",
    steps: [
      `azure-metropolitana-office-1 update ${vm} metoffl-00001 hardwareProfile.vmSize`,
      `azure-metropolitana-office-1 update ${vm} metoffl-00002 tags.slice`,
    ],
    says: [
      "interrupted, 1, ? min: metropolitana/office: 1 host is stopped to be changed; 1 person loses their session, for how long is not known",
    ],
  },
  {
    name: "a host's card and agent are made anew, the host stays: one host",
    steps: [
      "azure-regione-office-1 replace network:NetworkInterface regofflt-00001-card",
      "azure-regione-office-1 replace compute:VirtualMachineExtension regofflt-00001-agent publisher",
    ],
    says: [
      "interrupted, 1, ? min: regione/office: 1 host is cut off while a part is made anew; 1 person loses their session, for how long is not known",
    ],
  },
  {
    name: "a host's agent, which had failed, is made anew",
    steps: ["azure-regione-office-1 replace compute:VirtualMachineExtension regofflt-00001-agent"],
    says: ["none, 0, ? min: regione/office: 1 host is set up again, which had failed"],
  },
  {
    name: "hosts of a pool that the plan has no more",
    steps: [`azure-torino-archive-1 delete ${vm} torarcab-00001`],
    says: [
      "! lost, 1, ? min: azure-torino-archive-1 (torino): 1 host of a pool that the plan no longer has goes; at least 1 person loses their desk",
    ],
  },
  {
    name: "a host pool and its people's right to it go",
    steps: [
      "azure-torino delete desktopvirtualization:HostPool office-hosts",
      "azure-torino replace authorization:RoleAssignment office-people",
    ],
    says: [
      "! lost, 1750, ? min: host pool office-hosts of azure-torino goes: 1,750 people lose their desk: its hosts belong to no pool until they are made anew",
      "interrupted, 1750, ? min: role office-people of azure-torino is made anew: 1,750 people are not let in until it is given again; how long is not known",
    ],
  },
  {
    name: "profiles and the feed",
    steps: [
      "azure-torino replace storage:StorageAccount office-profiles-account",
      "azure-regione replace desktopvirtualization:Workspace workspace-feed",
    ],
    says: [
      "! lost, 1750, ? min: account of profiles office-profiles-account of azure-torino is made anew: 1,750 people lose their profile, with what is stored in it",
      "interrupted, 3115, ? min: workspace workspace-feed of azure-regione is made anew: 3,115 people see no desk until it is there again; how long is not known",
    ],
  },
  {
    name: "a body's network, and what joins it",
    steps: [
      "azure-metropolitana replace network:VirtualNetwork network-space",
      "azure-metropolitana replace network:VirtualNetworkPeering join-to-hub",
    ],
    says: [
      "! interrupted, 700, ? min: network network-space of azure-metropolitana is made anew: up to 700 people at once are cut off, with all hosts in it until it is there again; how long is not known",
      "interrupted, 700, ? min: peering join-to-hub of azure-metropolitana is made anew: up to 700 people at once are cut off from the gateway until it is there again; how long is not known",
    ],
  },
  {
    name: "the hub's resolver is everybody's",
    steps: ["azure-hub delete dnsresolver:DnsResolver hub-resolver"],
    says: [
      "interrupted, 6671, ? min: resolver hub-resolver of azure-hub goes: up to 6,671 people at once find no name",
    ],
  },
  {
    name: "rules of a security group",
    steps: ["azure-torino update network:NetworkSecurityGroup network-hosts-rules securityRules[2].access"],
    says: ["none, 0, ? min: rules of network-hosts-rules of azure-torino change: read in the preview who reaches what"],
  },
  {
    name: "what nobody notices",
    steps: [
      "azure-hub same network:VirtualNetworkGateway vpn-gateway",
      "azure-watch replace network:VirtualNetwork outside",
      "azure-watch delete compute:VirtualMachine watch-hub",
      "azure-regione update desktopvirtualization:ScalingPlan office-scaling schedules",
      "azure-hub read network:VirtualNetworkGateway vpn-gateway",
    ],
    says: [],
  },
];

for (const { name, steps, says } of cases) {
  test(name, () => assert.deepEqual(told(...steps), says));
}

test("people of a pool's only host have no other to go to, and are told so; a risk of the plan, too", () => {
  const alone = plan(loadFleet(fileURLToPath(new URL("../../fleets/small.yaml", import.meta.url))));
  const rolled = step(`azure-provincia-office-1 replace ${vm} prooff1l-00001 storageProfile`);
  assert.deepEqual(
    impactOf([rolled], alone).changes.map(({ text }) => text),
    [
      "provincia/office: 1 host is made anew; up to 8 people at once sign in again, once one is there: the pool has no other",
    ],
  );
  const risk = alone.risks.find(({ kind }) => kind === "host");
  assert.equal(risk?.why, "its desks share it, and the pool has no other");
});

test("counts each resource once, and no components", () => {
  const steps = [
    `azure-hub create-replacement ${gateway} sku`,
    `azure-hub replace ${gateway}`,
    `azure-hub delete-replaced ${gateway}`,
    "azure-hub create network:Subnet a",
    "azure-hub import network:VirtualNetwork b",
    "azure-hub delete keyvault:Secret c",
    "azure-hub update network:NatGateway d tags",
  ].map(step);
  const component = { ...step("azure-hub create network:Subnet e"), type: "deskbridge:azure:HubNetwork" };
  assert.deepEqual(impactOf([...steps, component], surge).counts, { create: 2, update: 1, replace: 1, delete: 1 });
});

test("the text: counts, worst first, and what goes only where the user says so", () => {
  const steps = [
    "azure-torino-office-1 create compute:VirtualMachine torofflr-00045",
    "azure-regione-gis-1 replace compute:VirtualMachine reggisra-00001",
    `azure-hub update ${gateway} sku.name`,
  ];
  const text = impactText(impactOf(steps.map(step), surge));
  const lines = text.split("\n");
  assert.equal(lines[0], "In Azure: 1 to make, 1 to change, 1 to make anew, 0 to take away");
  assert.ok(lines.every((line) => line.length <= 120));
  assert.deepEqual(
    lines.flatMap((line) => /^│ (lost|interrupted|none) +│ +([\d,]+) │/.exec(line)?.slice(1, 3).join(" ") ?? []),
    ["lost 1", "interrupted 6,671", "none 0"],
  );
  assert.deepEqual(lines.slice(-2), ["1 of these goes only where you say so:", "  regione/gis: lost"]);
  assert.equal(
    impactText(impactOf([], surge)),
    "In Azure: 0 to make, 0 to change, 0 to make anew, 0 to take away\nNothing changes for anybody.",
  );
});
