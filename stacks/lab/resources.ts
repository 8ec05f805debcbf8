import * as pulumi from "@pulumi/pulumi";
import type { KindName, Wanted } from "./kinds/index.ts";

/** A resource of the lab as a Pulumi program declares it. `state` says "as declared", or what differs. */
export class LabResource extends pulumi.CustomResource {
  declare readonly state: pulumi.Output<string>;
  /** Pool only: its hosts' public keys in the order of their addresses. */
  declare readonly hostKeys: pulumi.Output<readonly string[]>;
  constructor(kind: KindName, name: string, wanted: object, options: pulumi.CustomResourceOptions) {
    super(
      `lab:index:${kind}`,
      name,
      { ...wanted, state: undefined, ...(kind === "Pool" ? { hostKeys: undefined } : {}) },
      options,
    );
  }
}

/** Declares one thing of the lab, after others. Deleting may take a while where a process is slow to end. */
export function declare<Name extends KindName>(
  kind: Name,
  name: string,
  wanted: Wanted<Name>,
  after: readonly pulumi.Resource[] = [],
): LabResource {
  return new LabResource(kind, name, wanted, { dependsOn: [...after] });
}
