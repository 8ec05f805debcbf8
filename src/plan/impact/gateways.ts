import { change, countText, peopleText } from "../diff/change.ts";
import { profiles } from "../diff/gateways.ts";
import { gatewayMinutes } from "../limits.ts";
import type { Plan } from "../types.ts";
import { changes, type Finding, goes, ofKinds, type Touched, verbs } from "./finding.ts";

/** What people's profiles hang on: gateways, the hubs of a Virtual WAN, and their public addresses. */

const gateways: Readonly<Record<string, string>> = {
  "network:VirtualNetworkGateway": "VPN gateway",
  "network:P2sVpnGateway": "people's gateway",
  "network:VirtualHub": "virtual hub",
  "network:VirtualWan": "Virtual WAN",
  "network:VpnServerConfiguration": "configuration of people's access",
};

/** Properties by which each profile finds the gateway, and is let in. */
const ofProfiles = [
  "vpnClientConfiguration.vpnClientAddressPool",
  "vpnClientConfiguration.vpnClientProtocols",
  "vpnClientConfiguration.vpnAuthenticationTypes",
  "vpnClientConfiguration.aadTenant",
  "vpnClientConfiguration.aadAudience",
  "vpnClientConfiguration.aadIssuer",
  "vpnClientConfiguration.vpnClientRootCertificates",
  "p2SConnectionConfigurations",
  "vpnProtocols",
  "vpnAuthenticationTypes",
  "aadAuthenticationParameters",
  "vpnClientRootCertificates",
];
const revoked = ["vpnClientConfiguration.vpnClientRevokedCertificates", "vpnClientRevokedCertificates"];
const size = ["sku", "vpnGatewayScaleUnit", "gatewayType", "activeActive"];

export function gatewayFindings(touched: readonly Touched[], plan: Plan): readonly Finding[] {
  return [
    ...ofKinds(touched, Object.keys(gateways)).flatMap((step) => gatewayFinding(step, plan)),
    ...ofKinds(touched, ["network:PublicIPAddress"])
      .filter((step) => step.stack === "azure-hub" && goes(step) && !isWayOut(step))
      .map((step) => addressFinding(step, plan)),
    ...ofKinds(touched, ["network:VpnGateway"])
      .filter((step) => step.fate === "create" || goes(step))
      .map((step) => sitesFinding(step, plan)),
  ];
}

/** Addresses of NAT gateways are nobody's profile. */
function isWayOut({ name }: Touched): boolean {
  return /(^|-)(nat|out|outside)(-|$)/.test(name);
}

function gatewayFinding(step: Touched, plan: Plan): Finding[] {
  const what = `${gateways[step.kind]} ${step.name}`;
  const all = profiles(plan);
  const people = plan.peopleAtOnce;
  if (step.fate === "create") {
    const text = `${what} is made: up to about ${gatewayMinutes.create} minutes`;
    return [{ change: change("none", step.name, 0, text), refused: false }];
  }
  const cut = `up to ${peopleText(people)} at once disconnect, and every profile is issued again (${countText(all)})`;
  if (goes(step)) {
    const minutes = step.fate === "replace" ? gatewayMinutes.create : undefined;
    const long = minutes === undefined ? "" : ` in up to ${minutes} minutes`;
    const text = `${what} ${verbs[step.fate]}${long}: ${cut}`;
    return [{ change: change("new profile", step.name, all, text, minutes), refused: true }];
  }
  if (changes(step, "vpnGatewayGeneration")) {
    const text = `${what} goes to another generation, which Azure does not do in place: it is deleted and made anew, ${cut}`;
    return [{ change: change("new profile", step.name, all, text), refused: true }];
  }
  if (changes(step, ...ofProfiles)) {
    const text = `${what} changes what profiles hang on (${shown(step)}): ${cut}`;
    return [{ change: change("new profile", step.name, all, text), refused: true }];
  }
  if (changes(step, ...size)) {
    const { upgrade } = gatewayMinutes;
    const text = `${what} is resized in about ${upgrade} minutes: up to ${peopleText(people)} at once disconnect in it; profiles stay`;
    return [{ change: change("interrupted", step.name, people, text, upgrade), refused: false }];
  }
  if (changes(step, ...revoked)) {
    const text = `${what} takes another list of revoked certificates: whoever is new on it is let in no more`;
    return [{ change: change("none", step.name, 0, text), refused: false }];
  }
  const text = `${what} changes (${shown(step)}): nobody is known to disconnect; for how long, if at all, is not known`;
  return [{ change: change("none", step.name, 0, text), refused: false }];
}

/** The gateway of a Virtual WAN's sites: nobody's profile, but every site's way in. */
function sitesFinding(step: Touched, plan: Plan): Finding {
  const { create } = gatewayMinutes;
  const what = `sites' gateway ${step.name}`;
  if (!goes(step)) {
    const text = `${what} is made: up to about ${create} minutes`;
    return { change: change("none", step.name, 0, text), refused: false };
  }
  const people = plan.bodies.flatMap((body) => body.sites).reduce((sum, site) => sum + site.peopleAtOnce, 0);
  const minutes = step.fate === "replace" ? create : undefined;
  const text =
    `${what} ${verbs[step.fate]}${minutes === undefined ? "" : ` in up to ${minutes} minutes`}: up to ` +
    `${peopleText(people)} at once lose the way to their PC, and every site's router is told the new addresses`;
  return { change: change("interrupted", step.name, people, text, minutes), refused: true };
}

function addressFinding(step: Touched, plan: Plan): Finding {
  const all = profiles(plan);
  const text =
    `public address ${step.name} ${verbs[step.fate]}: up to ${peopleText(plan.peopleAtOnce)} at once disconnect, every ` +
    `profile that names it is issued again (${countText(all)}), and every site's router is told the new one`;
  return { change: change("new profile", step.name, all, text), refused: true };
}

/** The first properties that change. */
function shown({ diff }: Touched): string {
  const first = diff.slice(0, 3).join(", ");
  return diff.length > 3 ? `${first} and ${diff.length - 3} more` : first;
}
