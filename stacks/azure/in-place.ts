import * as pulumi from "@pulumi/pulumi";

/**
 * Whatever is made anew in Azure stands at the id of the one before, so that one goes first. azure-native says so where
 * a resource's own inputs differ, and nobody says it of what went only because it hung on another: where a run ends
 * before that is made again, the next one's engine would make it, and then delete the one before, by the same id (seen
 * with extensions of a machine, engine 3.259.0). So it is said of every resource here.
 */
export function replaceInPlace(): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type.startsWith("azure-native:") ? { props, opts: { ...opts, deleteBeforeReplace: true } } : undefined,
  );
}
