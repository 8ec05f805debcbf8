import { z } from "zod";

/**
 * What only the cloud's tenant knows, in a file beside the fleet's (`<fleet file without .yaml>.azure.yaml`): the ids
 * behind the names of the fleet file, the lines' public ends, the images. No secret stands in it.
 */

/** Azure VPN Gateway: limits (June 2026). */
export const certificateLimits = { roots: 20, revoked: 300 } as const;

const guid = z.guid().meta({ examples: ["0a1b2c3d-0000-4000-8000-000000000000"] });
const armId = z
  .string()
  .regex(
    /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/.+[^/]$/i,
    "a resource's id, /subscriptions/…/resourceGroups/…/providers/…",
  )
  .meta({
    examples: [
      "/subscriptions/0a1b2c3d-0000-4000-8000-000000000000/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/images/images/desk",
    ],
  });
const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+$/, "an image version such as 1.2.3, in quotes")
  .meta({ examples: ["1.0.0"] });
const region = z
  .string()
  .regex(/^[a-z]+\d?$/, "a region's name such as westeurope")
  .meta({ examples: ["westeurope"] });
const certificateName = z
  .string()
  .min(1)
  .max(80)
  .meta({ examples: ["root"] });

const image = z.strictObject({
  id: armId.describe("The image definition in a compute gallery."),
  version: version.describe("The pinned version that hosts are made from."),
  next: z
    .strictObject({
      version,
      reached: z
        .union([z.literal("canary"), z.number().gt(0).max(1)], "canary, or a part such as 0.25, up to 1")
        .meta({ examples: ["canary"] })
        .describe("How far the roll has come: the first host of each pool, or a part of each pool's hosts."),
    })
    .optional()
    .describe(
      "A newer version that is being rolled to pooled hosts; personal desks keep the image they were made from.",
    ),
});

export const tenancySchema = z
  .strictObject({
    version: z.literal(1),
    tenant: guid.describe("Id of the directory (tenant)."),
    subscriptions: z.record(z.string(), guid).describe("Id of each subscription that the fleet file names."),
    groups: z
      .record(z.string(), guid)
      .default({})
      .describe("Object id of each directory group that the fleet file names."),
    desktopService: guid.describe(
      'Object id of the tenant\'s service principal "Azure Virtual Desktop", which starts and stops hosts.',
    ),
    images: z.record(z.string(), image),
    lines: z
      .record(
        z.string(),
        z.strictObject({
          address: z
            .union([z.ipv4(), z.hostname()], "an IPv4 address or a host name")
            .meta({ examples: ["198.51.100.1"] }),
        }),
      )
      .default({})
      .describe("Public address or name of the site's end of each line, by the line's id."),
    certificates: z
      .strictObject({
        roots: z
          .array(z.strictObject({ name: certificateName, certificate: z.base64().meta({ examples: ["AAAA"] }) }))
          .min(1)
          .max(certificateLimits.roots),
        revoked: z
          .array(
            z.strictObject({
              name: certificateName,
              thumbprint: z
                .hex()
                .length(40)
                .meta({ examples: ["0".repeat(40)] }),
            }),
          )
          .max(certificateLimits.revoked)
          .default([]),
      })
      .optional()
      .describe("For authentication by certificate: roots as base64 DER, and what is revoked."),
    radius: z
      .strictObject({
        servers: z
          .array(z.ipv4().meta({ examples: ["10.0.0.4"] }))
          .min(1)
          .max(2),
      })
      .optional()
      .describe("For authentication by RADIUS: servers that the gateway reaches inside; their secret is the stack's."),
    operators: z
      .strictObject({
        group: guid.describe("Object id of the directory group of those who run the service."),
        sshKey: z
          .string()
          .regex(/^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/]{60,}={0,3}( \S+)?$/, "an OpenSSH public key, ssh-ed25519 AAAA…")
          .meta({ examples: [`ssh-ed25519 ${"A".repeat(68)}`] })
          .describe(
            "Azure makes no Linux machine without one; nothing on the watch's machines takes it over the network.",
          ),
        addresses: z
          .array(z.union([z.ipv4(), z.cidrv4()]).meta({ examples: ["198.51.100.7"] }))
          .max(200)
          .default([])
          .describe("Public addresses from which the inventory is written where the watch's machines fetch it."),
      })
      .optional()
      .describe("Who runs the service; the watch needs it."),
    desktopRegion: region
      .optional()
      .describe(
        "Region of the host pools and workspaces themselves, needed where the service keeps none in the fleet's region.",
      ),
    grafanaRegion: region
      .optional()
      .describe(
        "Region of Managed Grafana, needed where Azure has none in the fleet's: dashboards, and who signs in, lie there.",
      ),
    domain: z
      .strictObject({
        name: z
          .hostname()
          .meta({ examples: ["ad.example.org"] })
          .describe("The Active Directory domain."),
        ou: z
          .string()
          .min(1)
          .max(1000)
          .meta({ examples: ["OU=Desks,DC=ad,DC=example,DC=org"] })
          .optional()
          .describe("Where hosts go in the directory."),
        user: z
          .string()
          .min(1)
          .max(200)
          .meta({ examples: ["joiner@ad.example.org"] })
          .describe("Who may join hosts; the password is the stack's."),
        guid: guid.optional().describe("Id of the domain (objectGUID), with which profiles' shares know its people."),
        controllers: z
          .array(z.ipv4().meta({ examples: ["10.0.0.4"] }))
          .min(1)
          .max(50)
          .describe("Domain controllers that hosts must reach."),
      })
      .optional()
      .describe("For join: domain."),
    adopt: z
      .record(z.string(), armId)
      .default({})
      .describe("Existing resources to take over instead of making them, by logical name, e.g. hub-network."),
  })
  .meta({
    title: "Deskbridge tenancy file",
    description: "What only the cloud's tenant knows: the ids behind a fleet file's names, lines' ends, images.",
  });

export type Tenancy = z.output<typeof tenancySchema>;
export type TenancyImage = Tenancy["images"][string];
