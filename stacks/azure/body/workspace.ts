import { Workspace } from "@pulumi/azure-native/desktopvirtualization/workspace.js";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import * as pulumi from "@pulumi/pulumi";
import { diagnosticsArgs } from "../diagnostics.ts";
import { workspaceArgs, workspaceId } from "./desktops.ts";
import { declareEndpoint } from "./endpoint.ts";
import type { BodyPlace } from "./place.ts";

/** A body's workspace: the feed of all its desks. */
export class BodyWorkspace extends pulumi.ComponentResource {
  constructor(
    { context, body, group }: BodyPlace,
    after: { readonly applicationGroups: readonly pulumi.Resource[]; readonly endpoints: pulumi.Resource },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:BodyWorkspace", "workspace", {}, opts);
    const args = workspaceArgs(context, body);
    const id = workspaceId(context, body);
    const feed = new Workspace("workspace-feed", args, {
      parent: this,
      dependsOn: [group, ...after.applicationGroups],
    });
    new DiagnosticSetting("workspace-logs", diagnosticsArgs(context, id), { parent: this, dependsOn: [feed] });
    if (context.plan.access.way === "gateway") {
      declareEndpoint("workspace-endpoint", { context, body, of: args.workspaceName, target: id, part: "feed" }, this, [
        feed,
        after.endpoints,
      ]);
    }
    this.registerOutputs({ workspaceId: feed.id });
  }
}
