import * as pulumi from "@pulumi/pulumi";

/**
 * Each resource of azure-native carries 29 to 60 aliases of older API versions, and each construction keeps a stack
 * trace: both make thousands of resources impossible (measured: 18 s instead of 150 s for 2,000). Our stacks were never
 * made under an older version. Aliases of our own are given as URNs or objects with a name, and stay.
 */
export function dropOldAliases(): void {
  pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
    props,
    opts: { ...opts, aliases: ownAliases(opts.aliases) },
  }));
  Error.stackTraceLimit = 0;
}

type Aliases = pulumi.ResourceOptions["aliases"];

/** The SDK's aliases say nothing but a type; ours always say a name, a parent, or a whole URN. */
function ownAliases(aliases: Aliases): NonNullable<Aliases> {
  return (Array.isArray(aliases) ? aliases : []).filter(
    (alias: pulumi.Input<pulumi.URN | pulumi.Alias>) =>
      typeof alias === "string" || (typeof alias === "object" && ("name" in alias || "parent" in alias)),
  );
}
