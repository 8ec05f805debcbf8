import type { Config, Finding, Resource, ResourceRule, StackFinding, StackRule } from "../rule.ts";
import { at, entriesAt, type Placed, shown, textAt, unknown } from "../values.ts";

/** Azure Virtual Desktop's own objects: who reaches the broker, and what a scaling plan needs. */

export const brokerPrivate: ResourceRule = {
  name: "broker-private",
  description: "Where people come in through the gateway, host pools and workspaces are closed to the public network.",
  level: "mandatory",
  severity: "critical",
  why: "else the same desks are reached without the gateway, past its certificates",
  source: "Azure Virtual Desktop: Private Link (2026)",
  types: ["desktopvirtualization:HostPool", "desktopvirtualization:Workspace"],
  config: {
    everywhere: {
      type: "boolean",
      default: false,
      description: "Hold every host pool and workspace to it, not only those with the tag way=gateway.",
    },
  },
  *check({ props }: Resource, config: Config): Iterable<Finding> {
    if (config["everywhere"] !== true && textAt(props, "tags.way") !== "gateway") return;
    const found = props["publicNetworkAccess"];
    if (found === unknown || found === "Disabled") return;
    yield { property: "publicNetworkAccess", found: shown(found), allowed: '"Disabled"' };
  },
};

export const scalingPlanExclusion: ResourceRule = {
  name: "scaling-plan-exclusion",
  description: "A scaling plan names an exclusion tag and a time zone.",
  level: "advisory",
  severity: "medium",
  why: "without the tag a host under maintenance is shut down or started, and without the zone at the wrong hour",
  source: "Azure Virtual Desktop: autoscale (2026)",
  types: ["desktopvirtualization:ScalingPlan"],
  *check({ props }: Resource): Iterable<Finding> {
    for (const property of ["exclusionTag", "timeZone"]) {
      const found = at(props, property);
      if (found === undefined || found === "") yield { property, found: "not set", allowed: "a name" };
    }
  },
};

export const scalingPlanFits: StackRule = {
  name: "scaling-plan-fits",
  description: "A scaling plan stands in its pool's region, alone, and its pooled hosts have a session limit.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses the assignment, and the pool is not scaled",
  source: "Azure Virtual Desktop: autoscale, prerequisites (2026)",
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    const plans = resources.filter(({ type }) => type === "desktopvirtualization:ScalingPlan");
    for (const pool of resources.filter(({ type }) => type === "desktopvirtualization:HostPool")) {
      const own = plans.flatMap((plan) => {
        const reference = referenceTo(pool, plan);
        return reference === undefined ? [] : [{ plan, reference }];
      });
      for (const { plan, reference } of own.slice(1)) {
        const found = `${pool.name}, which ${own[0]?.plan.name ?? ""} scales`;
        yield { of: plan, property: reference.path, found, allowed: "a pool without a plan" };
      }
      for (const { plan } of own) {
        const [here, there] = [textAt(plan.props, "location"), textAt(pool.props, "location")];
        if (here === undefined || there === undefined || region(here) === region(there)) continue;
        yield { of: plan, property: "location", found: shown(here), allowed: `${shown(there)}, as ${pool.name}` };
      }
      const limit = pool.props["maxSessionLimit"];
      if (own.length > 0 && limit === undefined && textAt(pool.props, "hostPoolType") === "Pooled") {
        yield { of: pool, property: "maxSessionLimit", found: "not set", allowed: "a number" };
      }
    }
  },
};

/** By id where it is known, and by what the property hangs on where the stack makes one pool. */
function referenceTo(pool: Resource, plan: Resource): Placed | undefined {
  const name = textAt(pool.props, "hostPoolName")?.toLowerCase();
  const references = entriesAt(plan.props, "hostPoolReferences");
  const byId = references.find(({ value }) =>
    textAt(value, "hostPoolArmPath")
      ?.toLowerCase()
      .endsWith(`/hostpools/${name ?? "?"}`),
  );
  if (byId !== undefined) return byId;
  const hangs = plan.dependencies["hostPoolReferences"]?.includes(pool.urn) === true;
  return hangs ? references.find(({ value }) => at(value, "hostPoolArmPath") === unknown) : undefined;
}

/** `West Europe` is `westeurope`. */
function region(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}
