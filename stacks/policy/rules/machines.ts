import { limits, sizing } from "../../../src/plan/limits.ts";
import type { Finding, Resource, ResourceRule, StackFinding, StackRule } from "../rule.ts";
import { at, shown, textAt, unknown } from "../values.ts";

const types = ["compute:VirtualMachine", "compute:VirtualMachineScaleSet"] as const;

/** A scale set says in a profile what a machine says by itself. */
function rootOf(type: string): string {
  return type === "compute:VirtualMachineScaleSet" ? "virtualMachineProfile." : "";
}

export const trustedLaunch: ResourceRule = {
  name: "trusted-launch",
  description: "A machine starts with Trusted Launch (or confidential), secure boot and a virtual TPM.",
  level: "mandatory",
  severity: "high",
  why: "a boot kit on a pooled host would read what everybody who sits there types",
  source: "Azure Virtual Machines: Trusted Launch; Azure Virtual Desktop: security recommendations (2026)",
  types,
  *check({ type, props }: Resource): Iterable<Finding> {
    const root = rootOf(type);
    const property = `${root}securityProfile.securityType`;
    const found = at(props, property);
    if (found !== unknown && !/^(trustedlaunch|confidentialvm)$/i.test(textAt(props, property) ?? "")) {
      yield { property, found: shown(found), allowed: '"TrustedLaunch" or "ConfidentialVM"' };
    }
    for (const part of ["secureBootEnabled", "vTpmEnabled"]) {
      const switched = `${root}securityProfile.uefiSettings.${part}`;
      const value = at(props, switched);
      if (value !== true && value !== unknown) yield { property: switched, found: shown(value), allowed: "true" };
    }
  },
};

export const encryptionAtHost: ResourceRule = {
  name: "encryption-at-host",
  description: "A machine's disks, caches and temporary disk are encrypted at the host.",
  level: "mandatory",
  severity: "high",
  why: "people's profiles and page files lie on the temporary disk and in the caches",
  source: "Azure Virtual Machines: encryption at host (2026)",
  types,
  *check({ type, props }: Resource): Iterable<Finding> {
    const property = `${rootOf(type)}securityProfile.encryptionAtHost`;
    const found = at(props, property);
    if (found !== true && found !== unknown) yield { property, found: shown(found), allowed: "true" };
  },
};

export const hostSize: ResourceRule = {
  name: "host-size",
  description: "A host has no more cores than session hosts make use of.",
  level: "advisory",
  severity: "low",
  why: "two smaller hosts bear a rush of log-ons better than a large one, and less is lost with each",
  source: sizing.source,
  types,
  *check({ type, props }: Resource): Iterable<Finding> {
    const property = type === "compute:VirtualMachine" ? "hardwareProfile.vmSize" : "sku.name";
    const size = textAt(props, property);
    const cores = size === undefined ? undefined : coresOf(size);
    if (cores === undefined || cores <= limits.coresPerHost.value) return;
    const found = `${shown(size)} (${cores} cores)`;
    yield { property, found, allowed: `at most ${limits.coresPerHost.value} cores` };
  },
};

/** Cores by a size's name: `Standard_D8as_v5` has 8, `Standard_E16-4ds_v5` of its 16 only 4. */
function coresOf(size: string): number | undefined {
  const [, cores, active = cores] = /^[a-z]+_[a-z]+(\d+)(?:-(\d+))?/i.exec(size) ?? [];
  return active === undefined ? undefined : Number(active);
}

export const extensionHandlers: StackRule = {
  name: "extension-handlers",
  description: "A machine has one extension of a handler (publisher and type).",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses a second one on Windows, when the machine is there already",
  source: "Azure Virtual Machines: \"Multiple VMExtensions per handler not supported for OS type 'Windows'\" (2026)",
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    const first = new Map<string, Resource>();
    for (const extension of resources.filter(({ type }) => type === "compute:VirtualMachineExtension")) {
      const [publisher, type] = [textAt(extension.props, "publisher"), textAt(extension.props, "type")];
      const machine = machineOf(extension);
      if (publisher === undefined || type === undefined || machine === undefined) continue;
      const handler = `${publisher}.${type}`;
      const key = `${machine} ${handler}`.toLowerCase();
      const other = first.get(key);
      if (other === undefined) first.set(key, extension);
      else {
        const found = `${shown(handler)}, which ${other.name} is on the same machine`;
        yield { of: extension, property: "type", found, allowed: "one extension of a handler" };
      }
    }
  },
};

/** By URN where the machine is made in the same stack, and by name where that is known. */
function machineOf({ props, dependencies }: Resource): string | undefined {
  const made = dependencies["vmName"]?.find((urn) => /:compute(\/\w+)?:VirtualMachine::/.test(urn));
  const name = textAt(props, "vmName");
  return made ?? (name === undefined ? undefined : `${textAt(props, "resourceGroupName") ?? ""}/${name}`);
}
