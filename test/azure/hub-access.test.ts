import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fleet } from "../../src/fleet/schema.ts";
import { gatewayAddresses, gatewayArgs, lineArgs } from "../../stacks/azure/hub/gateway.ts";
import { globalFeedArgs } from "../../stacks/azure/hub/global-feed.ts";
import { ipsecPolicy, keyOf, lineEnd, linePeer, linesOf, routingWeight } from "../../stacks/azure/hub/lines.ts";
import { authenticationOf, peopleProtocol } from "../../stacks/azure/hub/people.ts";
import { testRoot } from "./certificate.ts";
import { hubContext, hubWorld } from "./hub-context.ts";

const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-piemonte-hub/providers";
const network = `${group}/Microsoft.Network/virtualNetworks/vnet-piemonte-hub`;
const tags = { fleet: "piemonte", slice: "azure-hub", "managed-by": "deskbridge" };
const placed = { resourceGroupName: "rg-piemonte-hub", location: "italynorth", tags };
const tenant = "00000000-0000-0000-0000-000000000001";

const world = hubWorld();
const context = hubContext(world);
const [gateway] = world.plan.gateways;
const [line] = linesOf(world.plan);
assert.ok(gateway !== undefined && line !== undefined);

describe("the gateway", () => {
  const configuration = (of: string) => ({
    name: of,
    privateIPAllocationMethod: "Dynamic",
    publicIPAddress: { id: `${group}/Microsoft.Network/publicIPAddresses/pip-piemonte-${of}` },
    subnet: { id: `${network}/subnets/GatewaySubnet` },
  });

  it("is active-active, of the plan's size, with the third address that people's access needs", () => {
    assert.deepEqual(gatewayArgs(context, gateway, undefined), {
      ...placed,
      virtualNetworkGatewayName: "vgw-piemonte-hub",
      gatewayType: "Vpn",
      vpnType: "RouteBased",
      sku: { name: "VpnGw5AZ", tier: "VpnGw5AZ" },
      vpnGatewayGeneration: "Generation2",
      activeActive: true,
      enableBgp: true,
      bgpSettings: { asn: 64_512 },
      ipConfigurations: ["hub-a", "hub-b", "hub-people"].map(configuration),
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ["10.96.0.0/16", "10.97.0.0/16"] },
        vpnClientProtocols: ["OpenVPN"],
        vpnAuthenticationTypes: ["AAD"],
        aadTenant: `https://login.microsoftonline.com/${tenant}/`,
        aadAudience: "c632b3df-fb67-4d84-bdcf-b95ad541b5c8",
        aadIssuer: `https://sts.windows.net/${tenant}/`,
      },
    });
  });

  it("has one address where the fleet wants one instance", () => {
    const one = hubWorld((fleet) => (fleet.access.instances = 1));
    const [single] = one.plan.gateways;
    assert.ok(single !== undefined);
    const args = gatewayArgs(hubContext(one), single, undefined);
    assert.equal(args.activeActive, false);
    assert.deepEqual(args.ipConfigurations, [configuration("hub-a")]);
  });

  it("is of the first generation where the plan's size is", () => {
    const little = hubWorld((fleet) => {
      for (const stage of fleet.stages) stage.desks = 100;
      for (const body of fleet.bodies) body.laptops = undefined;
      for (const link of fleet.bodies.flatMap(({ sites }) => sites).flatMap(({ links }) => links)) link.mbps = 20;
    });
    const [small] = little.plan.gateways;
    assert.ok(small !== undefined);
    const { sku, vpnGatewayGeneration } = gatewayArgs(hubContext(little), small, undefined);
    assert.deepEqual([sku.name, vpnGatewayGeneration], ["VpnGw1AZ", "Generation1"]);
  });

  it("refuses more instances than Azure has", () => {
    const many = hubWorld((fleet) => (fleet.access.instances = 3));
    const [wide] = many.plan.gateways;
    assert.ok(wide !== undefined);
    assert.throws(() => gatewayAddresses(wide), {
      message: "access.instances of the fleet is 3, and Azure's VPN gateway has at most 2",
    });
  });
});

describe("a line", () => {
  it("has its end at the site, and a connection by IKEv2 with a policy of its own and BGP", () => {
    assert.deepEqual(lineArgs(context, gateway, line), {
      siteGateway: {
        ...placed,
        localNetworkGatewayName: "lgw-regione--giunta--fibre",
        gatewayIpAddress: "203.0.113.1",
        localNetworkAddressSpace: { addressPrefixes: [] },
        bgpSettings: { asn: line.site.asn, bgpPeeringAddress: line.link.tunnel.siteInner },
      },
      connection: {
        ...placed,
        virtualNetworkGatewayConnectionName: "con-regione--giunta--fibre",
        connectionType: "IPsec",
        connectionProtocol: "IKEv2",
        connectionMode: "Default",
        enableBgp: true,
        usePolicyBasedTrafficSelectors: false,
        ipsecPolicies: [ipsecPolicy],
        dpdTimeoutSeconds: 30,
        routingWeight: 70,
        virtualNetworkGateway1: { id: `${group}/Microsoft.Network/virtualNetworkGateways/vgw-piemonte-hub` },
        localNetworkGateway2: { id: `${group}/Microsoft.Network/localNetworkGateways/lgw-regione--giunta--fibre` },
      },
    });
  });

  it("goes to a name where the site's end has no fixed address", () => {
    const named = hubWorld(undefined, { lines: { [line.link.id]: { address: "giunta.example.org" } } });
    const { siteGateway } = lineArgs(hubContext(named), gateway, line);
    assert.equal("fqdn" in siteGateway ? siteGateway.fqdn : undefined, "giunta.example.org");
    assert.equal("gatewayIpAddress" in siteGateway, false);
  });

  it("keeps Azure's rule: the same AES-GCM for secrecy and integrity", () => {
    assert.equal(ipsecPolicy.ipsecEncryption, ipsecPolicy.ipsecIntegrity);
  });

  it("is preferred in the order of its site's list", () => {
    const weights = [0, 1, 6].map((ordinal) => routingWeight({ ordinal }));
    assert.deepEqual(weights, [70, 60, 10]);
  });

  it("without a public address is refused, and the message says where to write it", () => {
    const none = hubContext(hubWorld(undefined, { lines: {} }));
    assert.throws(() => lineEnd(none, line.link), {
      message: "the tenancy file has no public address of line regione/giunta/fibre; write it under lines:",
    });
  });

  it("without a key is refused, and the message says who makes one", () => {
    const keys = { [line.link.id]: "a_key", "other/site/line": "" };
    const known = { keys, accepted: [] };
    assert.equal(keyOf(known, line.link, "azure-hub"), "a_key");
    for (const id of ["torino/palazzo-civico/fibre", "other/site/line"]) {
      const message = `the secret deskbridge:linkKeys of stack "azure-hub" has no key for line ${id}; deskbridge up makes one`;
      assert.throws(() => keyOf(known, { id }, "azure-hub"), { message });
    }
  });

  it("with a key that Azure does not take is refused, and the message shows no key", () => {
    const { id } = line.link;
    const message =
      `the secret deskbridge:linkKeys of stack "azure-hub" has a key for line ${id} that Azure does not take: it takes 1 ` +
      "to 128 printable ASCII characters without space, hyphen (-) and tilde (~); forget it, and deskbridge up makes another";
    for (const key of ["two words", "two-words", "two~words", "perch\u00e9", "a\ttab", "k".repeat(129)]) {
      assert.throws(() => keyOf({ keys: { [id]: key }, accepted: [id] }, { id }, "azure-hub"), { message }, key);
    }
    const every = String.fromCharCode(...Array.from({ length: 0x7d - 0x20 }, (_, nth) => 0x21 + nth)).replace("-", "");
    assert.equal(keyOf({ keys: { [id]: every }, accepted: [] }, { id }, "azure-hub"), every);
    // As earlier releases made them: taken only where Azure has it already.
    const old = `${"a".repeat(42)}-`;
    assert.throws(() => keyOf({ keys: { [id]: old }, accepted: ["other/site/line"] }, { id }, "azure-hub"), {
      message,
    });
    assert.equal(keyOf({ keys: { [id]: old }, accepted: [id] }, { id }, "azure-hub"), old);
  });

  it("of a site with an AS number that Azure keeps is refused", () => {
    const link = line.link;
    for (const asn of [65_515, 65_517, 65_520, 12_076, 8_074, 23_456, 64_496, 65_551, 64_512]) {
      assert.throws(
        () => linePeer({ site: { ...line.site, asn }, link }, 64_512),
        /which Azure or its gateway/,
        `${asn}`,
      );
    }
    for (const asn of [64_513, 65_514, 65_516, 65_521, 4_200_000_000]) {
      assert.equal(linePeer({ site: { ...line.site, asn }, link }, 64_512).asn, asn);
    }
  });
});

describe("people", () => {
  const access = (change: (fleet: { access: Fleet["access"] }) => void, tenancy = {}) =>
    hubContext(hubWorld(change, tenancy));

  it("come by OpenVPN over TLS, or by IKEv2", () => {
    const staticKey = { use: "tls-auth", direction: 1, digest: "SHA256" } as const;
    const openvpn = { gateway: "OpenVPN", port: 443, transport: "tcp", asked: { staticKey } } as const;
    assert.deepEqual(peopleProtocol(context), openvpn);
    const ikev2 = access((fleet) => (fleet.access.people = "ikev2"));
    const asked = { speaks: "ikev2" } as const;
    assert.deepEqual(peopleProtocol(ikev2), { gateway: "IkeV2", port: 500, transport: "udp", asked });
  });

  it("do not come by what Azure does not speak", () => {
    assert.throws(() => peopleProtocol(access((fleet) => (fleet.access.people = "wireguard"))), {
      message: 'access.people of the fleet is "wireguard", which no gateway of Azure speaks; use openvpn or ikev2',
    });
    assert.throws(() => authenticationOf(access((fleet) => (fleet.access.people = "ikev2"))), {
      message: "access.authentication.azure is entra, which needs access.people: openvpn, not ikev2",
    });
  });

  it("show certificates, of roots that the tenancy names, but for the revoked ones", () => {
    const { kind, ...found } = authenticationOf(access((fleet) => (fleet.access.authentication.azure = "certificate")));
    assert.equal(kind, "certificate");
    assert.deepEqual(found, {
      roots: [{ name: "deskbridge", publicCertData: testRoot }],
      revoked: [{ name: "lost-laptop", thumbprint: "0".repeat(40) }],
    });
  });

  it("are known to RADIUS servers, the first of which is asked first", () => {
    const radius = authenticationOf(access((fleet) => (fleet.access.authentication.azure = "radius")));
    assert.deepEqual(radius, {
      kind: "radius",
      servers: [
        { radiusServerAddress: "192.0.2.10", radiusServerScore: 30 },
        { radiusServerAddress: "192.0.2.11", radiusServerScore: 29 },
      ],
    });
  });

  for (const [kind, section] of [
    ["certificate", "certificates"],
    ["radius", "radius"],
  ] as const) {
    it(`cannot come by ${kind} where the tenancy file says nothing of it`, () => {
      const bare = access((fleet) => (fleet.access.authentication.azure = kind), { [section]: undefined });
      assert.throws(() => authenticationOf(bare), {
        message: `access.authentication.azure is ${kind}, and the tenancy file has no ${section}: section`,
      });
    });
  }

  it("begin at an empty workspace in a region where the desktops' service is", () => {
    const { location, workspaceName, publicNetworkAccess, tags } = globalFeedArgs(context);
    assert.equal(tags["way"], "gateway");
    assert.deepEqual(
      [location, workspaceName, publicNetworkAccess],
      [world.tenancy.desktopRegion, "vdws-piemonte-global", "Disabled"],
    );
  });
});
