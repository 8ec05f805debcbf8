import { Workspace } from "@pulumi/azure-native/desktopvirtualization/workspace.js";
import * as pulumi from "@pulumi/pulumi";
import { brokerTags } from "../broker-tags.ts";
import { adopted, type AzureContext } from "../context.ts";
import { desktopRegion } from "../service-regions.ts";
import { hubSubnetId, zoneId } from "../known.ts";
import { declarePrivateEndpoint } from "../private-endpoint.ts";
import { inHub, placed } from "./ids.ts";

export function globalFeedArgs(context: AzureContext) {
  return {
    ...placed(context),
    location: desktopRegion(context),
    tags: brokerTags(context),
    workspaceName: context.names.globalWorkspace,
    friendlyName: "Where clients begin; it has no desks of its own",
    publicNetworkAccess: "Disabled" as const,
  };
}

/**
 * Where clients find the workspaces of their person: an empty workspace with the private endpoint `global`, of which a
 * tenant has one, for all of its Azure Virtual Desktop (Microsoft Learn: Private Link with Azure Virtual Desktop). A
 * tenant that has it already adopts it (`global-feed` under `adopt:` in the tenancy file), and with it that endpoint:
 * Azure takes no second one.
 */
export class GlobalFeed extends pulumi.ComponentResource {
  constructor(
    context: AzureContext,
    after: {
      readonly group: pulumi.Resource;
      readonly subnets: pulumi.Resource;
      readonly zone: readonly pulumi.Resource[];
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:GlobalFeed", "global", {}, opts);
    const { names } = context;
    const known = adopted(context, "global-feed");
    const child = { parent: this, dependsOn: [after.group] };
    if (known !== undefined) {
      this.registerOutputs({ workspaceId: Workspace.get("global-feed", known, child).id });
      return;
    }
    const args = globalFeedArgs(context);
    const workspace = new Workspace("global-feed", args, child);
    declarePrivateEndpoint(
      "global-endpoint",
      {
        ...placed(context),
        privateEndpointName: names.privateEndpoint(args.workspaceName),
        subnet: hubSubnetId(context, names.endpointsSubnet),
        target: inHub(context, "Microsoft.DesktopVirtualization/workspaces", args.workspaceName),
        zone: zoneId(context, "desktopsGlobal"),
        part: "global",
      },
      this,
      [workspace, after.subnets, ...after.zone],
    );
    this.registerOutputs({ workspaceId: workspace.id });
  }
}
