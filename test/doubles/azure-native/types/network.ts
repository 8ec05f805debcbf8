import { contains, overlaps, parsePrefix } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { guid, key, lastName } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { list, one, type Properties, text, type Value, texts } from "../values.ts";
import { prefixesOf, releaseAddresses, sameRegion, takeAddress } from "./addresses.ts";
import { names } from "./names.ts";
import { peering } from "./peering.ts";
import { privateEndpoints } from "./private-endpoints.ts";
import { publicAddresses } from "./public-addresses.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

/** Error codes are those of public reports of azurerm, azure-cli and azure-docs issues, where one is known. */
const virtualNetwork: ResourceType = {
  token: "azure-native:network:VirtualNetwork",
  arm: "Microsoft.Network/virtualNetworks",
  path: inGroup("Microsoft.Network/virtualNetworks/{virtualNetworkName}"),
  longRunning: true,
  name: names.virtualNetwork,
  // azure-native provider/pkg/gen/replacement.go
  replaceOn: ["location"],
  needed: ["addressSpace.addressPrefixes"],
  assigned: () => ({ subnets: [], virtualNetworkPeerings: [], enableDdosProtection: false }),
  live: ({ id, inputs }, state) =>
    "subnets" in inputs
      ? {
          subnets: state
            .children(id)
            .filter(isSubnet)
            .map(({ outputs }) => outputs),
        }
      : {},
  check: checkNetwork,
  after: keepInlineSubnets,
  checkDelete: ({ id }, state) => {
    for (const child of state.children(id)) if (isSubnet(child)) refuseUsedSubnet(child, state);
  },
};

const subnet: ResourceType = {
  token: "azure-native:network:Subnet",
  arm: "Microsoft.Network/virtualNetworks/subnets",
  path: inGroup("Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"),
  longRunning: true,
  name: names.network,
  assigned: ({ inputs }) => ({ delegations: inputs["delegations"] ?? [] }),
  live: ({ id }, state) => {
    const users = state.referrers(id).filter(({ path }) => path.startsWith("ipConfigurations"));
    return users.length === 0 ? {} : { ipConfigurations: users.map(({ from }) => ({ id: from })) };
  },
  check: checkSubnet,
  checkDelete: refuseUsedSubnet,
};

const securityGroup: ResourceType = {
  token: "azure-native:network:NetworkSecurityGroup",
  arm: "Microsoft.Network/networkSecurityGroups",
  path: inGroup("Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}"),
  longRunning: true,
  name: names.network,
  allowed: {
    "securityRules.access": ["Allow", "Deny"],
    "securityRules.direction": ["Inbound", "Outbound"],
    "securityRules.protocol": ["Tcp", "Udp", "Icmp", "Esp", "*", "Ah"],
  },
  check: checkRules,
  checkDelete: (group, state) =>
    refuseUsed(group, state, "InUseNetworkSecurityGroupCannotBeDeleted", "Network security group"),
};

const routeTable: ResourceType = {
  token: "azure-native:network:RouteTable",
  arm: "Microsoft.Network/routeTables",
  path: inGroup("Microsoft.Network/routeTables/{routeTableName}"),
  longRunning: true,
  name: names.network,
  checkDelete: (table, state) => refuseUsed(table, state, "InUseRouteTableCannotBeDeleted", "Route table"),
};

const networkInterface: ResourceType = {
  token: "azure-native:network:NetworkInterface",
  arm: "Microsoft.Network/networkInterfaces",
  path: inGroup("Microsoft.Network/networkInterfaces/{networkInterfaceName}"),
  longRunning: true,
  name: names.network,
  needed: ["ipConfigurations", "ipConfigurations.subnet.id"],
  allowed: { "ipConfigurations.privateIPAllocationMethod": ["Static", "Dynamic"] },
  filled: ["ipConfigurations.privateIPAddress", "ipConfigurations.id"],
  check: ({ id, inputs, location, state }) => {
    for (const subnetId of texts(inputs, "ipConfigurations.subnet.id")) sameRegion(state, subnetId, id, location);
  },
  assigned: cardOutputs,
  live: ({ id }, state) => {
    const machine = state.referrers(id).find(({ path }) => path === "networkProfile.networkInterfaces.id");
    return machine === undefined ? {} : { virtualMachine: { id: machine.from } };
  },
  checkDelete: ({ id }, state) => {
    const machine = state.referrers(id).find(({ path }) => path === "networkProfile.networkInterfaces.id");
    if (machine === undefined) return;
    throw new ArmError(
      400,
      "NicInUse",
      `Network Interface ${id} is used by existing resource ${machine.from}. In order to delete the network interface, ` +
        `it must be dissociated from the resource.`,
    );
  },
  afterDelete: ({ id }, state) => releaseAddresses(state, id),
};

export const network: readonly ResourceType[] = [
  virtualNetwork,
  subnet,
  ...peering,
  securityGroup,
  routeTable,
  ...publicAddresses,
  networkInterface,
  ...privateEndpoints,
];

function isSubnet(resource: Stored): boolean {
  return resource.token === subnet.token;
}

function checkNetwork({ id, inputs, state }: Write): void {
  const bad = texts(inputs, "addressSpace.addressPrefixes").find((prefix) => parsePrefix(prefix) === undefined);
  if (bad !== undefined) {
    throw new ArmError(
      400,
      "InvalidCIDRNotation",
      `The address prefix ${bad} in resource ${id} has an invalid CIDR notation.`,
    );
  }
  const ranges = prefixesOf({ inputs } as Stored);
  for (const [index, range] of ranges.entries()) {
    if (!ranges.slice(index + 1).some((other) => overlaps(range, other))) continue;
    throw new ArmError(400, "AddressPrefixesOverlap", `Address prefixes of virtual network ${lastName(id)} overlap.`);
  }
  for (const child of state.children(id).filter(isSubnet)) {
    if (prefixesOf(child).every((inner) => ranges.some((outer) => contains(outer, inner)))) continue;
    throw new ArmError(
      400,
      "InUsePrefixCannotBeDeleted",
      `IpPrefix of subnet ${child.id} is in use and cannot be deleted from the address space of ${id}.`,
    );
  }
}

/** Subnets that a network names in its own inputs: what is not named goes, as a PUT replaces the whole list. */
function keepInlineSubnets({ id, inputs, state, location }: Write, saved: Stored): void {
  if (!("subnets" in inputs)) return;
  const wanted = list(inputs, "subnets");
  for (const child of state.children(id).filter(isSubnet)) {
    if (wanted.some((one) => key(`${id}/subnets/${text(one, "name")}`) === key(child.id))) continue;
    refuseUsedSubnet(child, state);
    state.drop(child.id);
  }
  for (const properties of wanted) {
    const childId = `${id}/subnets/${text(properties, "name")}`;
    checkSubnet({ id: childId, type: subnet, inputs: properties, before: state.find(childId), location, state });
    state.save(
      {
        ...saved,
        id: childId,
        token: subnet.token,
        arm: subnet.arm,
        parent: key(id),
        inputs: properties,
        outputs: { ...properties, id: childId, type: subnet.arm, provisioningState: "Succeeded" },
        hashes: {},
      },
      texts(properties, "networkSecurityGroup.id").map((value) => ({
        path: "networkSecurityGroup.id",
        id: value,
      })),
    );
  }
}

function checkSubnet({ id, inputs, state }: Write): void {
  const network_ = state.find(id.slice(0, id.toLowerCase().lastIndexOf("/subnets/")));
  const given = [...texts(inputs, "addressPrefix"), ...texts(inputs, "addressPrefixes")];
  if (given.length === 0) {
    throw new ArmError(400, "InvalidRequestFormat", `Subnet ${id} has no address prefix.`);
  }
  const ranges = prefixesOf({ inputs } as Stored);
  if (ranges.length < given.length) {
    throw new ArmError(
      400,
      "InvalidCIDRNotation",
      `An address prefix of ${id} (${given.join(", ")}) has an invalid CIDR notation.`,
    );
  }
  for (const range of ranges) {
    if (!prefixesOf(network_).some((space) => contains(space, range))) {
      throw new ArmError(
        400,
        "NetcfgSubnetRangeOutsideVnet",
        `Subnet '${lastName(id)}' is not valid because its IP address range is outside the IP address range of ` +
          `virtual network '${network_ === undefined ? "" : lastName(network_.id)}'.`,
      );
    }
    for (const other of state.children(network_?.id ?? "").filter(isSubnet)) {
      if (key(other.id) === key(id) || !prefixesOf(other).some((theirs) => overlaps(theirs, range))) continue;
      throw new ArmError(
        400,
        "NetcfgSubnetRangesOverlap",
        `Subnet '${lastName(id)}' is not valid because its IP address range overlaps with that of an existing subnet ` +
          `in virtual network '${network_ === undefined ? "" : lastName(network_.id)}'.`,
      );
    }
  }
  refuseResize(id, ranges.length === 0 ? "" : given.join(","), state);
}

/** The prefix of a subnet that something uses stays. */
function refuseResize(id: string, prefixes: string, state: State): void {
  const before = state.find(id);
  const old = [...texts(before?.inputs, "addressPrefix"), ...texts(before?.inputs, "addressPrefixes")].join(",");
  const user = usersOf(id, state)[0];
  if (before === undefined || old === prefixes || user === undefined) return;
  throw new ArmError(
    400,
    "InUseSubnetCannotBeUpdated",
    `Subnet ${lastName(id)} is in use by ${user} and cannot be updated.`,
  );
}

function usersOf(id: string, state: State): readonly string[] {
  return state.referrers(id).flatMap(({ from, path }) => (/subnet\.id$|subnetId$|^subnet$/i.test(path) ? [from] : []));
}

function refuseUsedSubnet({ id }: Stored, state: State): void {
  const user = usersOf(id, state)[0];
  if (user === undefined) return;
  throw new ArmError(
    400,
    "InUseSubnetCannotBeDeleted",
    `Subnet ${lastName(id)} is in use by ${user} and cannot be deleted. In order to delete the subnet, delete all the ` +
      `resources within the subnet. See aka.ms/deletesubnet.`,
  );
}

function refuseUsed(resource: Stored, state: State, code: string, what: string): void {
  const users = state.referrers(resource.id);
  if (users.length === 0) return;
  throw new ArmError(
    400,
    code,
    `${what} ${resource.id} cannot be deleted because it is in use by the following resources: ` +
      `${users.map(({ from }) => from).join(", ")}.`,
  );
}

function checkRules({ id, inputs }: Write): void {
  const rules = list(inputs, "securityRules");
  const seen = new Map<string, string>();
  for (const rule of rules) {
    const name = text(rule, "name");
    for (const needed of ["name", "protocol", "access", "direction", "priority"]) {
      if (one(rule, needed) !== undefined) continue;
      throw new ArmError(
        400,
        "SecurityRuleMissingProperty",
        `Required security rule property '${needed}' is missing in rule '${name}' of ${id}.`,
      );
    }
    const priority = Number(one(rule, "priority"));
    if (priority < 100 || priority > 4096) {
      throw new ArmError(
        400,
        "SecurityRuleInvalidPriority",
        `Security rule ${name} has invalid Priority. Value provided: ${priority} Allowed range 100-4096.`,
      );
    }
    const place = `${text(rule, "direction")} ${priority}`;
    const other = seen.get(place);
    if (other !== undefined) {
      throw new ArmError(
        400,
        "SecurityRuleConflict",
        `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction.`,
      );
    }
    seen.set(place, name);
  }
}

function cardOutputs({ id, inputs, state }: Write): Properties {
  const configurations: readonly Value[] = list(inputs, "ipConfigurations").map((configuration, index) => {
    const own = `${id}/ipConfigurations/${text(configuration, "name")}`;
    const wanted = text(configuration, "privateIPAddress");
    const fixed = text(configuration, "privateIPAllocationMethod") === "Static" && wanted !== "" ? wanted : undefined;
    return {
      privateIPAllocationMethod: "Dynamic",
      privateIPAddressVersion: "IPv4",
      primary: index === 0,
      ...configuration,
      id: own,
      privateIPAddress: takeAddress(state, text(configuration, "subnet.id"), own, fixed),
      provisioningState: "Succeeded",
      type: "Microsoft.Network/networkInterfaces/ipConfigurations",
    };
  });
  const mac = guid(id, "mac").replaceAll("-", "").slice(0, 6).toUpperCase();
  return {
    ipConfigurations: configurations,
    // 00-0D-3A is one of Microsoft's registered prefixes (IEEE OUI list), which Azure's network cards carry.
    macAddress: `00-0D-3A-${mac.slice(0, 2)}-${mac.slice(2, 4)}-${mac.slice(4, 6)}`,
    nicType: "Standard",
    hostedWorkloads: [],
    tapConfigurations: [],
    vnetEncryptionSupported: false,
    ...("enableAcceleratedNetworking" in inputs ? {} : { enableAcceleratedNetworking: false }),
    ...("enableIPForwarding" in inputs ? {} : { enableIPForwarding: false }),
  };
}
