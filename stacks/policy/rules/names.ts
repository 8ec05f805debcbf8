import { limits } from "../../../src/plan/limits.ts";
import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { at, textAt } from "../values.ts";

/** What Azure takes for a name. */
interface Shape {
  readonly property: string;
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly words: string;
}

const networkPattern = /^[a-z0-9]([\w.-]*\w)?$/i;
const networkWords =
  "letters, digits, underscores, periods and hyphens, from a letter or digit to one or an underscore";
const network = (property: string, min = 1, max = 80): Shape => ({
  property,
  min,
  max,
  pattern: networkPattern,
  words: networkWords,
});
const desktop = (property: string): Shape => ({
  property,
  min: 3,
  max: 64,
  pattern: /^[a-z0-9@.\-_ ]*$/i,
  words: "letters, digits, spaces and @ . - _",
});

export const shapes: Readonly<Record<string, Shape>> = {
  "resources:ResourceGroup": {
    property: "resourceGroupName",
    min: 1,
    max: 90,
    pattern: /^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u,
    words: "letters, digits, underscores, hyphens, periods and parentheses, not ending in a period",
  },
  "storage:StorageAccount": {
    property: "accountName",
    min: 3,
    max: 24,
    pattern: /^[a-z0-9]+$/,
    words: "lower-case letters and digits",
  },
  "storage:FileShare": {
    property: "shareName",
    min: 3,
    max: 63,
    pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
    words: "lower-case letters, digits and single hyphens inside",
  },
  "keyvault:Vault": {
    property: "vaultName",
    min: 3,
    max: 24,
    pattern: /^[a-z]([a-z0-9]|-[a-z0-9])+$/i,
    words: "letters, digits and single hyphens, from a letter to a letter or digit",
  },
  "keyvault:Secret": {
    property: "secretName",
    min: 1,
    max: 127,
    pattern: /^[a-z0-9-]+$/i,
    words: "letters, digits and hyphens",
  },
  "operationalinsights:Workspace": {
    property: "workspaceName",
    min: 4,
    max: 63,
    pattern: /^[a-z0-9][a-z0-9-]+[a-z0-9]$/i,
    words: "letters, digits and hyphens inside",
  },
  "managedidentity:UserAssignedIdentity": {
    property: "resourceName",
    min: 3,
    max: 128,
    pattern: /^[a-z0-9][\w-]*$/i,
    words: "letters, digits, underscores and hyphens, from a letter or digit",
  },
  "desktopvirtualization:HostPool": desktop("hostPoolName"),
  "desktopvirtualization:ApplicationGroup": desktop("applicationGroupName"),
  "desktopvirtualization:Workspace": desktop("workspaceName"),
  "desktopvirtualization:ScalingPlan": desktop("scalingPlanName"),
  "network:VirtualNetwork": network("virtualNetworkName", 2, 64),
  "network:Subnet": network("subnetName"),
  "network:VirtualNetworkPeering": network("virtualNetworkPeeringName"),
  "network:NetworkInterface": network("networkInterfaceName"),
  "network:NetworkSecurityGroup": network("networkSecurityGroupName"),
  "network:SecurityRule": network("securityRuleName"),
  "network:PublicIPAddress": network("publicIpAddressName"),
  "network:LocalNetworkGateway": network("localNetworkGatewayName"),
  "network:VirtualNetworkGateway": network("virtualNetworkGatewayName"),
  "network:VirtualNetworkGatewayConnection": network("virtualNetworkGatewayConnectionName"),
  "network:RouteTable": network("routeTableName"),
  "network:VirtualWan": network("virtualWANName"),
  "network:VpnGateway": network("gatewayName"),
  "network:VpnSite": network("vpnSiteName"),
  "privatedns:VirtualNetworkLink": network("virtualNetworkLinkName"),
};

export const resourceNames: ResourceRule = {
  name: "resource-names",
  description: "A resource's name is one that Azure takes.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses it, in the middle of an update",
  source:
    "Azure: naming rules and restrictions; Microsoft's own SDK for desktop virtualization (@azure/arm-desktopvirtualization 1.2.0)",
  types: Object.keys(shapes),
  *check({ type, props }: Resource): Iterable<Finding> {
    const shape = shapes[type];
    const name = shape === undefined ? undefined : textAt(props, shape.property);
    if (shape === undefined || name === undefined) return;
    const { property, min, max, pattern, words } = shape;
    if (name.length >= min && name.length <= max && pattern.test(name)) return;
    const found = `${JSON.stringify(name)} (${name.length} characters)`;
    yield { property, found, allowed: `${min} to ${max} characters: ${words}` };
  },
};

const linuxNameLength = 64;

export const computerNames: ResourceRule = {
  name: "computer-names",
  description: "A machine's computer name is one that its system takes.",
  level: "mandatory",
  severity: "medium",
  why: "a longer one is refused or cut, and two hosts answer to one name",
  source: `${limits.computerNameLength.source}; Azure: naming rules and restrictions`,
  types: ["compute:VirtualMachine"],
  *check({ props }: Resource): Iterable<Finding> {
    const own = textAt(props, "osProfile.computerName");
    const property = own === undefined ? "vmName" : "osProfile.computerName";
    const name = own ?? textAt(props, "vmName");
    // A machine from a disk that is there brings its own name.
    if (name === undefined || at(props, "osProfile") === undefined) return;
    const linux = at(props, "osProfile.linuxConfiguration") !== undefined;
    const most = linux ? linuxNameLength : limits.computerNameLength.value;
    if (name.length > most) {
      const found = `${JSON.stringify(name)} (${name.length} characters)`;
      yield { property, found, allowed: `at most ${most} characters on ${linux ? "Linux" : "Windows"}` };
    }
    if (/[\\/"[\]:|<>+=;,?*@&\s]|^_|[.-]$/.test(name) || (!linux && /^\d+$/.test(name))) {
      const allowed = "letters, digits and hyphens inside, not digits alone";
      yield { property, found: JSON.stringify(name), allowed };
    }
  },
};
