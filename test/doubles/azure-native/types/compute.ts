import { ArmError } from "../errors.ts";
import { groupId, guid, hash, key, lastName, parentId, subscriptionOf } from "../ids.ts";
import { normalLocation } from "../diff.ts";
import type { State, Stored } from "../state.ts";
import { list, one, text, texts } from "../values.ts";
import { identity } from "./identity.ts";
import { names } from "./names.ts";
import { machineIsGone, register, registrationFailure } from "./registration.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

/** Disks that virtual machines make by themselves; no program names them. */
export const diskToken = "azure:implicit:Disk";

export const compute: readonly ResourceType[] = [
  {
    token: "azure-native:compute:VirtualMachine",
    arm: "Microsoft.Compute/virtualMachines",
    path: inGroup("Microsoft.Compute/virtualMachines/{vmName}"),
    longRunning: true,
    name: names.virtualMachine,
    // Common types' TrackedResource: location is create-only (x-ms-mutability).
    replaceOn: ["location"],
    writeOnly: ["osProfile.adminPassword", "osProfile.customData", "userData"],
    remembered: ["osProfile.adminPassword"],
    needed: ["hardwareProfile.vmSize", "networkProfile.networkInterfaces.id", "storageProfile"],
    allowed: {
      licenseType: ["Windows_Client", "Windows_Server", "RHEL_BYOS", "SLES_BYOS", "None"],
      "securityProfile.securityType": ["TrustedLaunch", "ConfidentialVM", "Standard"],
      "storageProfile.osDisk.createOption": ["FromImage", "Attach", "Empty", "Restore"],
      priority: ["Regular", "Low", "Spot"],
      zones: ["1", "2", "3"],
    },
    fixed: [
      "osProfile.computerName",
      "osProfile.adminUsername",
      "storageProfile.imageReference",
      "securityProfile.securityType",
      "storageProfile.osDisk.name",
    ].map((path) => ({ path, code: "PropertyChangeNotAllowed" })),
    filled: ["identity.principalId", "identity.tenantId"],
    check: checkMachine,
    assigned: (write) => ({
      ...identity(write),
      vmId: guid(write.id, "vm"),
      osProfile: { allowExtensionOperations: true, requireGuestProvisionSignal: true, secrets: [] },
      storageProfile: { osDisk: { name: diskName(write) } },
    }),
    live: ({ id }, state) => {
      const found = state.children(id).filter((child) => child.token === extensionToken);
      return found.length === 0 ? {} : { resources: found.map(({ outputs }) => outputs) };
    },
    after: (write, saved) => {
      countCores(write.state, write.before, -1);
      countCores(write.state, saved, 1);
      keepDisk(write, saved);
    },
    afterDelete: (machine, state) => {
      machineIsGone(machine.id, state);
      countCores(state, machine, -1);
      if (text(machine.inputs, "storageProfile.osDisk.deleteOption") === "Delete") state.drop(diskId(machine));
      for (const card of list(machine.inputs, "networkProfile.networkInterfaces")) {
        if (text(card, "deleteOption") === "Delete") state.drop(text(card, "id"));
      }
    },
  },
  {
    token: "azure-native:compute:VirtualMachineExtension",
    arm: "Microsoft.Compute/virtualMachines/extensions",
    path: inGroup("Microsoft.Compute/virtualMachines/{vmName}/extensions/{vmExtensionName}"),
    longRunning: true,
    name: names.network,
    replaceOn: ["location"],
    writeOnly: ["protectedSettings"],
    needed: ["publisher", "type", "typeHandlerVersion"],
    fixed: [
      { path: "publisher", code: "PropertyChangeNotAllowed" },
      { path: "type", code: "PropertyChangeNotAllowed" },
    ],
    check: checkExtension,
    failure: registrationFailure,
    after: register,
  },
];
const extensionToken = "azure-native:compute:VirtualMachineExtension";

/**
 * Cores and quota family of a size such as "Standard_D8ads_v6". The family is spelt as `az vm list-usage` does
 * ("standardDADSv6Family"); the double compares it without regard to case.
 */
export function sizeOf(size: string): { readonly cores: number; readonly family: string } {
  const match = /^Standard_([A-Z]+)(\d+)(?:-\d+)?([a-z]*)(?:_(v\d+))?$/.exec(size);
  if (match === null) return { cores: 0, family: "" };
  const [, series = "", cores = "0", features = "", version = ""] = match;
  return { cores: Number(cores), family: `standard${series}${features}${version}Family`.toLowerCase() };
}

function usageKey(machine: Stored, family: string): string {
  return `cores:${subscriptionOf(machine.id)}:${machine.location}:${family}`;
}

function countCores(state: State, machine: Stored | undefined, sign: 1 | -1): void {
  if (machine === undefined) return;
  const { cores, family } = sizeOf(text(machine.inputs, "hardwareProfile.vmSize"));
  for (const name of [family, "cores"]) state.count(usageKey(machine, name), sign * cores);
}

function checkMachine(write: Write): void {
  const { id, inputs, location, before, state } = write;
  checkComputerName(write);
  checkCards(write);
  checkQuota(write);
  if (
    one(inputs, "securityProfile.uefiSettings") !== undefined &&
    text(inputs, "securityProfile.securityType") === "Standard"
  ) {
    throw new ArmError(
      400,
      "InvalidParameter",
      `UEFI settings of virtual machine ${id} need the security type TrustedLaunch or ConfidentialVM.`,
    );
  }
  const password = one(inputs, "osProfile.adminPassword");
  if (
    before === undefined &&
    password === undefined &&
    text(inputs, "storageProfile.osDisk.createOption") === "FromImage" &&
    one(inputs, "osProfile.linuxConfiguration.disablePasswordAuthentication") !== true
  ) {
    throw new ArmError(400, "InvalidParameter", "Required parameter 'adminPassword' is missing (null).");
  }
  const old = before?.hashes["osProfile.adminPassword"];
  if (old !== undefined && password !== undefined && hash(JSON.stringify([password])) !== old) {
    throw new ArmError(409, "PropertyChangeNotAllowed", "Changing property 'osProfile.adminPassword' is not allowed.");
  }
  const disk = state.find(`${groupId(id) ?? ""}/providers/Microsoft.Compute/disks/${diskName(write)}`);
  if (
    before === undefined &&
    disk !== undefined &&
    text(inputs, "storageProfile.osDisk.createOption") === "FromImage"
  ) {
    throw new ArmError(
      409,
      "ConflictingUserInput",
      `Disk ${lastName(disk.id)} already exists in resource group ${location}. Only CreateOption.Attach is supported.`,
    );
  }
}

/** Windows takes 15 characters, no number alone, none of \/"[]:|<>+=;,?*@&~!#$%^()_{}' and no period. */
function checkComputerName({ id, inputs }: Write): void {
  const name = text(inputs, "osProfile.computerName") || lastName(id);
  const linux = one(inputs, "osProfile.linuxConfiguration") !== undefined;
  if (linux ? /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(name) : /^(?!\d+$)[A-Za-z0-9-]{1,15}$/.test(name)) return;
  throw new ArmError(
    400,
    "InvalidParameter",
    `${linux ? "Linux" : "Windows"} computer name '${name}' cannot be more than ${linux ? 64 : 15} characters long, be entirely numeric, or ` +
      "contain the following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : . ' \" , < > / ?.",
  );
}

function checkCards({ id, inputs, location, state }: Write): void {
  for (const value of texts(inputs, "networkProfile.networkInterfaces.id")) {
    const card = state.find(value);
    const user = state
      .referrers(value)
      .find(({ from, path }) => path === "networkProfile.networkInterfaces.id" && key(from) !== key(id));
    if (user !== undefined) {
      throw new ArmError(400, "NicInUse", `Network Interface ${value} is used by existing resource ${user.from}.`);
    }
    if (card !== undefined && card.location !== location) {
      throw new ArmError(
        400,
        "InvalidParameter",
        `Virtual machine ${id} (${location}) and its network interface ${card.id} (${card.location}) must be in the same region.`,
      );
    }
  }
}

function checkQuota({ id, inputs, before, location, state }: Write): void {
  const { cores, family } = sizeOf(text(inputs, "hardwareProfile.vmSize"));
  const old = sizeOf(text(before?.inputs, "hardwareProfile.vmSize"));
  for (const name of [family, "cores"]) {
    const row = state.row(
      "SELECT cores FROM quotas WHERE subscription = ? AND location = ? AND family = ?",
      key(subscriptionOf(id)),
      normalLocation(location),
      name,
    );
    if (row === undefined) continue;
    const limit = Number(row["cores"]);
    const usage = Number(
      state.row("SELECT value FROM counters WHERE name = ?", `cores:${subscriptionOf(id)}:${location}:${name}`)?.[
        "value"
      ] ?? 0,
    );
    const more = cores - (name === "cores" || old.family === family ? old.cores : 0);
    if (usage + more <= limit) continue;
    const what = name === "cores" ? "Total Regional Cores" : `${name} Cores`;
    throw new ArmError(
      409,
      "OperationNotAllowed",
      `Operation could not be completed as it results in exceeding approved ${what} quota. Additional details - ` +
        `Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${limit}, Current Usage: ${usage}, ` +
        `Additional Required: ${more}, (Minimum) New Limit Required: ${usage + more}.`,
    );
  }
}

function diskName({ id, inputs }: Write): string {
  return (
    text(inputs, "storageProfile.osDisk.name") || `${lastName(id)}_OsDisk_1_${guid(id, "disk").replaceAll("-", "")}`
  );
}

function diskId(machine: Stored): string {
  return `${groupId(machine.id) ?? ""}/providers/Microsoft.Compute/disks/${text(machine.outputs, "storageProfile.osDisk.name")}`;
}

/** The disk that comes with a machine; without deleteOption "Delete" it stays when the machine goes. */
function keepDisk(write: Write, saved: Stored): void {
  const id = diskId(saved);
  if (write.state.find(id) !== undefined) return;
  const disk = {
    ...saved,
    id,
    token: diskToken,
    arm: "Microsoft.Compute/disks",
    parent: key(parentId(saved.id) ?? ""),
    provisioning: "Succeeded",
  };
  write.state.save({ ...disk, inputs: {}, outputs: { id, managedBy: saved.id }, hashes: {} }, []);
}

function checkExtension({ id, inputs, state }: Write): void {
  const handler = `${text(inputs, "publisher")}.${text(inputs, "type")}`;
  const twin = state
    .children(parentId(id) ?? "")
    .find(
      (other) =>
        key(other.id) !== key(id) &&
        other.token === extensionToken &&
        key(`${text(other.inputs, "publisher")}.${text(other.inputs, "type")}`) === key(handler),
    );
  if (twin === undefined) return;
  throw new ArmError(
    400,
    "BadRequest",
    `Multiple VMExtensions per handler not supported for OS type 'Windows'. VMExtension '${lastName(twin.id)}' with ` +
      `handler '${handler}' already added or specified in input.`,
  );
}
