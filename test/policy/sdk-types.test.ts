import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { rules } from "../../stacks/policy/rules.ts";
import { shapes } from "../../stacks/policy/rules/names.ts";
import { publicAddressPlaces } from "../../stacks/policy/rules/public-address.ts";
import { readablePlaces, secretPlaces } from "../../stacks/policy/rules/secrets.ts";
import { taggable } from "../../stacks/policy/rules/tags.ts";

/** The tables of types and properties, held against azure-native's own declarations. */
const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/azure-native/package.json"));

/** Each property of a class or a nested input, and the nested inputs that it may hold (`module.Name`). */
type Inputs = ReadonlyMap<string, readonly string[]>;

function inputsIn(body: string): Inputs {
  const lines = body.matchAll(/^ +(\w+)\??: (.*)$/gm);
  return new Map(
    [...lines].map(([, name = "", type = ""]) => [
      name,
      [...type.matchAll(/inputs\.([\w.]+)/g)].map(([, nested = ""]) => nested),
    ]),
  );
}

/** What a class of the SDK takes; throws where there is no such class. */
function inputsOf(type: string): Inputs {
  const [module = "", name = ""] = type.split(":");
  const file = readdirSync(join(sdk, module)).find((each) => each.toLowerCase() === `${name.toLowerCase()}.d.ts`);
  if (file === undefined) throw new Error(`azure-native has no ${type}`);
  const code = readFileSync(join(sdk, module, file.replace(".d.ts", ".js")), "utf8");
  assert.match(code, new RegExp(`__pulumiType = 'azure-native:${type}'`), `${type} is called otherwise`);
  const text = readFileSync(join(sdk, module, file), "utf8");
  return inputsIn(text.split(`export interface ${name}Args {`)[1]?.split("\n}")[0] ?? "");
}

const namespaces = new Map(
  readFileSync(join(sdk, "types/input.d.ts"), "utf8")
    .split("export declare namespace ")
    .map((text) => [text.split(" ")[0] ?? "", text]),
);

function nestedInputs(name: string): Inputs {
  const [module = "", type = ""] = name.split(".");
  const text = namespaces.get(module)?.split(`    interface ${type} {`)[1];
  if (text === undefined) throw new Error(`azure-native has no input ${name}`);
  return inputsIn(text.split("\n    }")[0] ?? "");
}

/** Throws where a path such as `a[].b` leaves what the type takes. Below an `any` everything is allowed. */
function walk(type: string, path: string): void {
  let here: readonly Inputs[] = [inputsOf(type)];
  for (const name of path.replaceAll("[]", "").split(".")) {
    const found = here.flatMap((inputs) => (inputs.has(name) ? [inputs.get(name) ?? []] : []));
    assert.notEqual(found.length, 0, `${type} takes no ${path}: there is no ${name}`);
    here = found.flat().map(nestedInputs);
  }
}

test("every type that a rule names is one of azure-native's", () => {
  const types = rules.flatMap((rule) => ("types" in rule ? (rule.types ?? []) : []));
  for (const type of new Set(types)) assert.notEqual(inputsOf(type).size, 0, type);
});

test("every type that must have tags takes them", () => {
  for (const type of taggable) walk(type, "tags");
});

test("every property that is held to a shape is the type's own", () => {
  for (const [type, { property }] of Object.entries(shapes)) walk(type, property);
});

test("every place of a secret, of a readable setting and of a public address is one that the type takes", () => {
  for (const places of [secretPlaces, readablePlaces, publicAddressPlaces]) {
    for (const [type, paths] of Object.entries(places)) for (const path of paths) walk(type, path);
  }
});

test("the properties that single rules look at are the types' own", () => {
  const paths: Readonly<Record<string, readonly string[]>> = {
    "network:VirtualNetworkGateway": [
      "activeActive",
      "gatewayType",
      "sku.name",
      "ipConfigurations[].publicIPAddress.id",
      "ipConfigurations[].subnet.id",
      "customRoutes.addressPrefixes",
      "vpnClientConfiguration.vpnClientProtocols",
      "vpnClientConfiguration.vpnClientRevokedCertificates",
      "vpnClientConfiguration.vpnClientRootCertificates",
    ],
    "network:VirtualNetworkGatewayConnection": [
      "connectionProtocol",
      "virtualNetworkGateway1.id",
      "trafficSelectorPolicies",
      ...["ikeEncryption", "ikeIntegrity", "dhGroup", "ipsecEncryption", "ipsecIntegrity", "pfsGroup"].map(
        (name) => `ipsecPolicies[].${name}`,
      ),
    ],
    "network:VpnConnection": ["vpnConnectionProtocolType", "vpnLinkConnections[].ipsecPolicies[].pfsGroup"],
    "network:LocalNetworkGateway": ["localNetworkAddressSpace.addressPrefixes"],
    "network:PublicIPAddress": ["sku.name", "zones", "publicIpAddressName"],
    "network:NetworkSecurityGroup": [
      "securityRules[].destinationPortRange",
      "securityRules[].destinationPortRanges",
      "securityRules[].sourceAddressPrefix",
      "securityRules[].sourceAddressPrefixes",
      "securityRules[].direction",
      "securityRules[].access",
      "securityRules[].protocol",
    ],
    "network:AdminRule": ["sources[].addressPrefix", "destinationPortRanges", "access", "direction"],
    "network:LoadBalancer": [
      "frontendIPConfigurations[].publicIPAddress",
      "frontendIPConfigurations[].publicIPPrefix",
      "inboundNatRules[].backendPort",
      "loadBalancingRules[].backendPort",
      "loadBalancingRules[].protocol",
    ],
    "network:FirewallPolicyRuleCollectionGroup": [
      "ruleCollections[].rules[].translatedPort",
      "ruleCollections[].rules[].sourceAddresses",
      "ruleCollections[].rules[].ipProtocols",
    ],
    "network:AzureFirewall": ["natRuleCollections[].rules[].translatedPort", "natRuleCollections[].rules[].protocols"],
    "network:VirtualNetwork": ["subnets[].name", "subnets[].addressPrefix", "subnets[].networkSecurityGroup"],
    "network:Subnet": ["subnetName", "addressPrefix", "addressPrefixes", "networkSecurityGroup", "delegations"],
    "compute:VirtualMachine": [
      "securityProfile.securityType",
      "securityProfile.encryptionAtHost",
      "securityProfile.uefiSettings.secureBootEnabled",
      "securityProfile.uefiSettings.vTpmEnabled",
      "hardwareProfile.vmSize",
      "osProfile.computerName",
      "osProfile.linuxConfiguration",
      "vmName",
    ],
    "compute:VirtualMachineScaleSet": [
      "sku.name",
      "virtualMachineProfile.securityProfile.uefiSettings.vTpmEnabled",
      "virtualMachineProfile.securityProfile.encryptionAtHost",
    ],
    "storage:StorageAccount": [
      "publicNetworkAccess",
      "allowBlobPublicAccess",
      "minimumTlsVersion",
      "enableHttpsTrafficOnly",
    ],
    "keyvault:Vault": [
      "properties.publicNetworkAccess",
      "properties.enablePurgeProtection",
      "properties.enableRbacAuthorization",
    ],
    "desktopvirtualization:HostPool": ["publicNetworkAccess", "hostPoolName", "hostPoolType", "maxSessionLimit"],
    "desktopvirtualization:Workspace": ["publicNetworkAccess", "applicationGroupReferences"],
    "desktopvirtualization:ScalingPlan": ["exclusionTag", "timeZone", "hostPoolReferences[].hostPoolArmPath"],
    "authorization:RoleAssignment": ["scope"],
  };
  for (const [type, list] of Object.entries(paths)) for (const path of list) walk(type, path);
});
