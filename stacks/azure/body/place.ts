import type * as pulumi from "@pulumi/pulumi";
import type { AzureContext } from "../context.ts";
import type { CloudBody } from "../known.ts";

/** Where a body's resources go. */
export interface BodyPlace {
  readonly context: AzureContext;
  readonly body: CloudBody;
  /** Its resource group: what names it by its plain name must still wait for it. */
  readonly group: pulumi.Resource;
}
