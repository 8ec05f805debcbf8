import type { Fleet } from "../../src/fleet/schema.ts";
import { type Tenancy, tenancySchema } from "../../src/fleet/tenancy.ts";
import { testRoot } from "./certificate.ts";

/** Ids that are plainly made up: `0000000k-0000-0000-0000-00000000000n`. */
function fakeId(kind: number, ordinal: number): string {
  return `${kind.toString(16).padStart(8, "0")}-0000-0000-0000-${ordinal.toString(16).padStart(12, "0")}`;
}

/**
 * A complete tenancy for a fleet, as its owner would write it beside the fleet file: every subscription, group, image
 * and line that the fleet names, with ids and addresses (documentation ranges) that belong to nobody.
 */
export function tenancyFor(fleet: Fleet, change: Partial<Tenancy> = {}): Tenancy {
  const subscriptions = fleet.azure?.subscriptions ?? [];
  const groups = fleet.bodies.flatMap(({ group }) => (group === undefined ? [] : [group]));
  const lines = fleet.bodies.flatMap((body) =>
    body.sites.flatMap((site) => site.links.map((link) => `${body.id}/${site.id}/${link.id}`)),
  );
  const image = fleet.azure?.image ?? "none";
  const gallery = `/subscriptions/${fakeId(1, 1)}/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/desks`;
  return tenancySchema.parse({
    version: 1,
    tenant: fakeId(0, 1),
    subscriptions: Object.fromEntries(subscriptions.map((name, nth) => [name, fakeId(1, nth + 1)])),
    groups: Object.fromEntries([...new Set(groups)].map((name, nth) => [name, fakeId(2, nth + 1)])),
    desktopService: fakeId(3, 1),
    images: { [image]: { id: `${gallery}/images/${image}`, version: "1.0.0" } },
    lines: Object.fromEntries(lines.map((id, nth) => [id, { address: lineAddress(nth) }])),
    ...authenticationFor(fleet),
    desktopRegion: "westeurope",
    grafanaRegion: "francecentral",
    operators: { group: fakeId(2, 0xff), sshKey: `ssh-ed25519 ${"A".repeat(68)} nobody@example.org` },
    ...change,
  });
}

/** Only what the fleet's way to prove who one is has use for. */
function authenticationFor({ access }: Fleet): Partial<Tenancy> {
  switch (access.authentication.azure) {
    case "certificate":
      return {
        certificates: {
          roots: [{ name: "deskbridge", certificate: testRoot }],
          revoked: [{ name: "lost-laptop", thumbprint: "00".repeat(20) }],
        },
      };
    case "radius":
      return { radius: { servers: ["192.0.2.10", "192.0.2.11"] } };
    default:
      return {};
  }
}

/** The 508 addresses of two documentation ranges (RFC 5737), then names under a reserved domain (RFC 2606). */
function lineAddress(nth: number): string {
  const range = ["203.0.113", "198.51.100"][Math.floor(nth / 254)];
  return range === undefined ? `line-${nth}.example.org` : `${range}.${(nth % 254) + 1}`;
}
