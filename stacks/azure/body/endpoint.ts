import type * as pulumi from "@pulumi/pulumi";
import type { AzureContext } from "../context.ts";
import { bodySubnetId, type CloudBody, zoneId } from "../known.ts";
import { declarePrivateEndpoint } from "../private-endpoint.ts";

const zones = { connection: "desktops", feed: "desktops", file: "files" } as const;

export interface EndpointInput {
  readonly context: AzureContext;
  readonly body: CloudBody;
  /** Name of the resource behind the endpoint, and its id. */
  readonly of: string;
  readonly target: string;
  readonly part: keyof typeof zones;
}

/** A private endpoint in the body's own network: `<name>` and `<name>-names`. */
export function declareEndpoint(
  name: string,
  { context, body, of, target, part }: EndpointInput,
  parent: pulumi.Resource,
  dependsOn: readonly pulumi.Resource[],
): void {
  const { cloud, names, tags } = context;
  declarePrivateEndpoint(
    name,
    {
      resourceGroupName: names.bodyGroup(body),
      location: cloud.region,
      tags,
      privateEndpointName: names.privateEndpoint(of),
      subnet: bodySubnetId(context, body, names.endpointsSubnet),
      target,
      zone: zoneId(context, zones[part]),
      part,
    },
    parent,
    dependsOn,
  );
}
