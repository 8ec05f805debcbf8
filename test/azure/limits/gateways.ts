import { lineKeyWords } from "../../../src/plan/line-key.ts";
import { gatewayMinutes, gatewayTimeoutMinutes, limits, virtualWan } from "../../../src/plan/limits.ts";
import { at, bad, cloud, code, count, figure, type LimitRow, own, row, rule } from "./row.ts";

export const gateway: readonly LimitRow[] = [
  {
    limit: "People at once on a gateway",
    figure: "250 (VpnGw1AZ) to 10,000 (VpnGw5AZ)",
    held: [row("people at once through ")],
    crossed: [
      at("plan/gateways", "{ people: 10_001 }"),
      at("plan/proof", "the total of desks that breaks a row does break it"),
    ],
  },
  {
    limit: "VMs behind a gateway",
    figure: "1,000 (VpnGw1AZ) to 9,000 (VpnGw5AZ)",
    held: [row("VMs behind ")],
    crossed: [at("plan/gateways", "{ vms: 9001 }")],
  },
  {
    limit: "Site tunnels of a gateway",
    figure: "30 (VpnGw1AZ to VpnGw3AZ), 100 (VpnGw4AZ, VpnGw5AZ); more: Virtual WAN",
    held: [row("site tunnels at "), rule("gateway-tunnels")],
    crossed: [at("plan/gateways", "{ tunnels: 101 }"), bad("gateways gateway-tunnels")],
  },
  {
    limit: "Bandwidth of a gateway, people and sites together",
    figure: "650 Mb/s (VpnGw1AZ) to 10 Gb/s (VpnGw5AZ)",
    held: [row("bandwidth in all through ")],
    crossed: [at("plan/gateways", "{ mbps: 10_000.5 }")],
  },
  {
    limit: "Bandwidth of one tunnel",
    figure: "650 Mb/s (VpnGw1AZ) to 2,300 Mb/s (VpnGw4AZ, VpnGw5AZ) with GCMAES256",
    held: [row("tunnel over "), rule("connection-encryption")],
    crossed: [at("plan/gateways", "{ fastestLink: 2301 }"), bad("gateways connection-encryption")],
  },
  {
    limit: "Shared key of a tunnel",
    figure: lineKeyWords,
    held: [code("stacks/azure/hub/lines.ts", "that Azure does not take"), rule("connection-key")],
    crossed: [at("azure/hub-access", "with a key that Azure does not take"), bad("gateways connection-key")],
  },
  {
    limit: "Sizes that can be made, and that survive a zone",
    figure: "with zones (AZ) only, since January 2025; never Basic",
    held: [rule("gateway-zone-redundant"), rule("gateway-address-zones"), rule("no-basic-sku")],
    crossed: [
      bad("gateways gateway-zone-redundant"),
      bad("gateways gateway-address-zones"),
      bad("gateways no-basic-sku"),
    ],
  },
  {
    limit: "IP configurations of an active-active gateway that people come in by",
    figure: "exactly 3",
    held: [
      code("stacks/azure/hub/gateway.ts", "ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations"),
      rule("gateway-active-active"),
    ],
    crossed: [
      at("azure/hub-access", "with the third address that people's access needs"),
      bad("gateways gateway-active-active"),
    ],
  },
  {
    limit: "Instances of a gateway",
    figure: "2",
    held: [code("stacks/azure/hub/gateway.ts", "Azure's VPN gateway has at most")],
    crossed: [at("azure/hub-access", "refuses more instances than Azure has")],
  },
  {
    limit: "VPN gateways of a network",
    figure: "1",
    held: [rule("gateway-one-per-network")],
    crossed: [bad("gateways gateway-one-per-network")],
  },
  {
    limit: "Routes that a gateway learns",
    ...figure("bgpRoutes", "routes"),
    held: [row("routes that the sites announce")],
    crossed: [own("routes that the sites announce")],
  },
  {
    limit: "Prefixes of a local network gateway",
    ...figure("prefixesPerLocalGateway", "prefixes"),
    held: [row("ranges behind one line"), rule("local-gateway-prefixes")],
    crossed: [cloud("ranges behind one line"), bad("gateways local-gateway-prefixes")],
  },
  {
    limit: "Traffic selectors of a connection",
    ...figure("trafficSelectors", "selectors"),
    held: [rule("connection-selectors")],
    crossed: [bad("gateways connection-selectors")],
  },
  {
    limit: "Revoked certificates",
    ...figure("revokedCertificates", "certificates"),
    held: [row("certificates, which are refused"), rule("gateway-revocation-ceiling")],
    crossed: [
      at("plan/proof", "client certificates in the cloud"),
      at("fleet/tenancy", "at most 20 roots and 300 revoked"),
      bad("gateways gateway-revocation-ceiling"),
    ],
  },
  {
    limit: "Root certificates",
    ...figure("rootCertificates", "certificates"),
    held: [rule("gateway-revocation-ceiling"), code("src/fleet/tenancy.ts", "max(certificateLimits.roots)")],
    crossed: [at("fleet/tenancy", "at most 20 roots and 300 revoked"), bad("gateways gateway-revocation-ceiling")],
  },
  {
    limit: "Routes pushed to OpenVPN clients",
    ...figure("pushedRoutes", "routes"),
    held: [row("routes pushed to people"), rule("gateway-pushed-routes")],
    crossed: [cloud("routes pushed to people"), bad("gateways gateway-pushed-routes")],
  },
  {
    limit: "Connections by SSTP",
    ...figure("sstpConnections", "connections; not offered"),
    held: [rule("gateway-no-sstp")],
    crossed: [bad("gateways gateway-no-sstp")],
  },
  {
    limit: "Size and name of the gateway's subnet",
    key: "gatewaySubnetLength",
    figure: `GatewaySubnet, /${limits.gatewaySubnetLength.value} or larger`,
    held: [row("addresses that GatewaySubnet must have"), rule("gateway-subnet-size"), rule("gateway-subnet-bare")],
    crossed: [cloud("the gateway's subnet"), bad("gateways gateway-subnet-size"), bad("gateways gateway-subnet-bare")],
  },
  {
    limit: "Time to make or change a gateway",
    figure: `${gatewayMinutes.createAtLeast} to ${gatewayMinutes.create} minutes; Pulumi waits ${gatewayTimeoutMinutes.value}`,
    held: [rule("gateway-timeouts")],
    crossed: [bad("gateways gateway-timeouts")],
  },
  {
    limit: "What costs everybody their profile: a smaller size, another gateway",
    figure: "never by itself",
    held: [rule("gateway-protected"), code("src/plan/diff/gateways.ts", "every profile is issued again")],
    crossed: [at("plan/diff", "a downgrade reissues every profile"), bad("gateways gateway-protected")],
  },
  {
    limit: "AS numbers that Azure or IANA keep",
    figure: "8 ranges",
    held: [row("AS numbers of gateways and sites"), code("stacks/azure/hub/lines.ts", "has the AS number")],
    crossed: [cloud("AS numbers"), at("azure/hub-access", "of a site with an AS number that Azure keeps is refused")],
  },
];

export const wan: readonly LimitRow[] = [
  {
    limit: "People and bandwidth of a Virtual WAN hub",
    figure: `${count(virtualWan.peoplePerHub)} people, ${count(virtualWan.mbpsPerHub)} Mb/s; ${virtualWan.peoplePerScaleUnit} people a scale unit`,
    held: [row("people at once through a VirtualWan hub"), row("bandwidth in all through a VirtualWan hub")],
    crossed: [at("plan/gateways", "500 people a scale unit, another hub past 100,000 people")],
  },
  {
    limit: "VMs behind a Virtual WAN hub",
    figure: `${count(virtualWan.vmsPerHub)} VMs`,
    held: [row("VMs behind one VirtualWan hub")],
    crossed: [cloud("VMs of a Virtual WAN hub")],
  },
  {
    limit: "Tunnels of a Virtual WAN hub",
    figure: `${count(virtualWan.tunnelsPerHub)} tunnels`,
    held: [row("site tunnels at one VirtualWan hub")],
    crossed: [cloud("tunnels of a Virtual WAN hub")],
  },
  {
    limit: "Bandwidth of a tunnel, and of all sites, at a Virtual WAN hub",
    figure: `${count(virtualWan.mbpsPerTunnel)} Mb/s, ${count(virtualWan.siteMbpsPerHub)} Mb/s`,
    held: [row("tunnel over "), row("bandwidth of all sites at one VirtualWan hub")],
    crossed: [cloud("a line of a Virtual WAN hub"), cloud("all sites of a Virtual WAN hub")],
  },
  {
    limit: "Lines of a site of a Virtual WAN",
    figure: "4",
    held: [code("stacks/azure/hub/virtual-wan.ts", "a Virtual WAN takes at most")],
    crossed: [at("azure/hub-wan", "refuses a site with more lines than it takes")],
  },
];
