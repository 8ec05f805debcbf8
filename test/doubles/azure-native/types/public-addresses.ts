import { formatAddress } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { hash, key } from "../ids.ts";
import type { State } from "../state.ts";
import { at, one, text, texts } from "../values.ts";
import { refuseSharedAddress } from "./addresses.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType } from "./type.ts";

/** 198.18.0.0/15 is kept for tests of network devices (RFC 2544), so that no address here is anyone's. */
const firstPublic = 198 * 2 ** 24 + 18 * 2 ** 16;

export const publicAddresses: readonly ResourceType[] = [
  {
    token: "azure-native:network:PublicIPAddress",
    arm: "Microsoft.Network/publicIPAddresses",
    path: inGroup("Microsoft.Network/publicIPAddresses/{publicIpAddressName}"),
    longRunning: true,
    name: names.network,
    // azure-native provider/pkg/gen/replacement.go
    replaceOn: ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"],
    allowed: {
      "sku.name": ["Basic", "Standard", "StandardV2"],
      publicIPAllocationMethod: ["Static", "Dynamic"],
      zones: ["1", "2", "3"],
    },
    fixed: [{ path: "zones", code: "ResourceAvailabilityZonesCannotBeModified" }],
    filled: ["ipAddress"],
    check: ({ id, inputs }) => {
      // A request without a SKU asks for Basic. Basic addresses are retired (Azure updates, 30 September 2025).
      if (!text(inputs, "sku.name").toLowerCase().startsWith("standard")) {
        throw new ArmError(
          400,
          "IPv4BasicSkuPublicIpCountLimitReached",
          `Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region (${id}).`,
        );
      }
      if (one(inputs, "publicIPAllocationMethod") !== "Static") {
        throw new ArmError(
          400,
          "StandardSkuPublicIPAddressMustBeStatic",
          `Standard SKU public IP address ${id} must have AllocationMethod set to Static.`,
        );
      }
    },
    assigned: ({ id, state }) => ({
      ipAddress: publicAddress(state, id),
      ipTags: [],
      idleTimeoutInMinutes: 4,
      publicIPAddressVersion: "IPv4",
    }),
    live: ({ id }, state) => {
      const user = state.referrers(id)[0];
      return user === undefined ? {} : { ipConfiguration: { id: user.from } };
    },
    checkDelete: ({ id }, state) => {
      const user = state.referrers(id)[0];
      if (user === undefined) return;
      throw new ArmError(
        400,
        "PublicIPAddressCannotBeDeleted",
        `Public IP address ${id} can not be deleted since it is still allocated to resource ${user.from}. In order to ` +
          `delete the public IP, disassociate/detach the Public IP address from the resource.`,
      );
    },
  },
  {
    token: "azure-native:network:NatGateway",
    arm: "Microsoft.Network/natGateways",
    path: inGroup("Microsoft.Network/natGateways/{natGatewayName}"),
    longRunning: true,
    name: names.network,
    needed: ["sku.name"],
    allowed: { "sku.name": ["Standard", "StandardV2"], zones: ["1", "2", "3"] },
    fixed: [{ path: "zones", code: "ResourceAvailabilityZonesCannotBeModified" }],
    check: ({ id, inputs, state }) => {
      for (const address of texts(inputs, "publicIpAddresses.id")) refuseSharedAddress(state, id, address);
      if (text(inputs, "sku.name") === "Standard" && at(inputs, "zones").length > 1) {
        throw new ArmError(
          400,
          "NatGatewayMultipleZones",
          `NAT gateway ${id} has more than one zone: a Standard one stands in a single zone or in none.`,
        );
      }
    },
    live: ({ id }, state) => {
      const users = state.referrers(id).filter(({ path }) => path === "natGateway.id");
      return users.length === 0 ? {} : { subnets: users.map(({ from }) => ({ id: from })) };
    },
    checkDelete: ({ id }, state) => {
      const user = state.referrers(id)[0];
      if (user === undefined) return;
      throw new ArmError(
        400,
        "InUseNatGatewayCannotBeDeleted",
        `NAT gateway ${id} cannot be deleted because it is in use by ${user.from}.`,
      );
    },
  },
];

/** A public address that is nobody else's, and stays. */
export function publicAddress(state: State, id: string): string {
  const had = state.row("SELECT name FROM claims WHERE kind = 'public' AND owner = ?", key(id));
  if (had !== undefined) return String(had["name"]);
  for (let attempt = 0; ; attempt += 1) {
    const offset = Number.parseInt(hash(`${key(id)}${attempt}`).slice(0, 8), 16) % 2 ** 17;
    const address = formatAddress(firstPublic + offset);
    if (state.row("SELECT 1 FROM claims WHERE kind = 'public' AND name = ?", address) !== undefined) continue;
    state.run("INSERT INTO claims VALUES ('public', ?, ?)", address, key(id));
    return address;
  }
}
