import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { reach } from "../values.ts";

/** Where an address of the Internet is tied to a machine. */
export const publicAddressPlaces: Readonly<Record<string, readonly string[]>> = {
  "network:NetworkInterface": ["ipConfigurations[].publicIPAddress"],
  "compute:VirtualMachine": [
    "networkProfile.networkInterfaceConfigurations[].ipConfigurations[].publicIPAddressConfiguration",
  ],
  "compute:VirtualMachineScaleSet": [
    "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].ipConfigurations[].publicIPAddressConfiguration",
  ],
};

export const noPublicAddressOnDesk: ResourceRule = {
  name: "no-public-address-on-desk",
  description: "No desk, host or other machine has a public address.",
  level: "mandatory",
  severity: "critical",
  why: "machines go out through the NAT gateway, and people come in through the gateway or the broker",
  source: "Microsoft cloud security benchmark, NS-2",
  types: Object.keys(publicAddressPlaces),
  *check({ type, props }: Resource): Iterable<Finding> {
    for (const path of publicAddressPlaces[type] ?? []) {
      for (const { path: property } of reach(props, path))
        yield { property, found: "set", allowed: "no public address" };
    }
  },
};
