import { z } from "zod";

/**
 * What only the cloud's tenant knows, in a file beside the fleet's (`<fleet file without .yaml>.azure.yaml`): the ids
 * behind the names of the fleet file, the lines' public ends, the images. No secret stands in it.
 */

const guid = z.guid().meta({ examples: ["00000000-0000-0000-0000-000000000000"] });
const armId = z
  .string()
  .regex(/^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/.+[^/]$/i, "an ARM id");
const version = z.string().regex(/^\d+\.\d+\.\d+$/, "an image version such as 1.2.3");

const image = z.strictObject({
  id: armId.describe("The image definition in a compute gallery."),
  version: version.describe("The pinned version that hosts are made from."),
  next: z
    .strictObject({
      version,
      reached: z
        .union([z.literal("canary"), z.number().gt(0).max(1)])
        .describe("How far the roll has come: the first host of each pool, or a part of each pool's hosts."),
    })
    .optional()
    .describe(
      "A newer version that is being rolled to pooled hosts; personal desks keep the image they were made from.",
    ),
});

export const tenancySchema = z.strictObject({
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
    .record(z.string(), z.strictObject({ address: z.union([z.ipv4(), z.hostname()]) }))
    .default({})
    .describe("Public address or name of the site's end of each line, by the line's id."),
  certificates: z
    .strictObject({
      roots: z.array(z.strictObject({ name: z.string().min(1), certificate: z.base64() })).min(1),
      revoked: z.array(z.strictObject({ name: z.string().min(1), thumbprint: z.hex().length(40) })).default([]),
    })
    .optional()
    .describe("For authentication by certificate: roots as base64 DER, and what is revoked."),
  radius: z
    .strictObject({ servers: z.array(z.ipv4()).min(1).max(2) })
    .optional()
    .describe("For authentication by RADIUS: servers that the gateway reaches inside; their secret is the stack's."),
  adopt: z
    .record(z.string(), armId)
    .default({})
    .describe("Existing resources to take over instead of making them, by logical name, e.g. hub-network."),
});

export type Tenancy = z.output<typeof tenancySchema>;
export type TenancyImage = Tenancy["images"][string];
