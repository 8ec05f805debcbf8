import { desktopRegions } from "../../../../src/fleet/tenancy/desktop-regions.ts";
import { ArmError } from "../errors.ts";
import { guid, key, lastName } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { at, list, one, type Properties, text, texts } from "../values.ts";
import { identity } from "./identity.ts";
import { names } from "./names.ts";
import { endpointsOf } from "./private-endpoints.ts";
import { sessionHosts } from "./registration.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

const hostPool = "azure-native:desktopvirtualization:HostPool";
const applicationGroup = "azure-native:desktopvirtualization:ApplicationGroup";
const workspace = "azure-native:desktopvirtualization:Workspace";
const scalingPlan = "azure-native:desktopvirtualization:ScalingPlan";

/** Application groups a tenant, workspaces a tenant (azure-subscription-service-limits, "Azure Virtual Desktop"). */
const limits = { [applicationGroup]: 500, [workspace]: 1300 } as const;

function object(write: Write): Properties {
  return { ...identity(write), objectId: guid(write.id, "object") };
}

function bad(message: string): ArmError {
  return new ArmError(400, "BadRequest", message);
}

function refuseCount(token: keyof typeof limits, { id, before, state }: Write): void {
  const count = Number(state.row("SELECT COUNT(*) AS count FROM resources WHERE token = ?", token)?.["count"] ?? 0);
  if (before !== undefined || count < limits[token]) return;
  throw bad(`${id} is more than the ${limits[token]} of its kind that a tenant may have.`);
}

const times = { daysOfWeek: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] } as const;

export const desktops: readonly ResourceType[] = [
  {
    token: workspace,
    arm: "Microsoft.DesktopVirtualization/workspaces",
    path: inGroup("Microsoft.DesktopVirtualization/workspaces/{workspaceName}"),
    regions: desktopRegions,
    name: names.desktop,
    replaceOn: ["location"],
    allowed: { publicNetworkAccess: ["Enabled", "Disabled"] },
    assigned: object,
    live: ({ id }, state) => ({ privateEndpointConnections: endpointsOf(id, state) }),
    check: (write) => {
      refuseCount(workspace, write);
      const { id, inputs, state } = write;
      for (const group of texts(inputs, "applicationGroupReferences")) {
        const other = state
          .referrers(group)
          .find(({ from, path }) => path === "applicationGroupReferences" && key(from) !== key(id));
        if (other !== undefined)
          throw bad(`Application group ${group} is already in the workspace ${other.from}; it can be in one only.`);
      }
    },
  },
  {
    token: hostPool,
    arm: "Microsoft.DesktopVirtualization/hostPools",
    path: inGroup("Microsoft.DesktopVirtualization/hostPools/{hostPoolName}"),
    regions: desktopRegions,
    name: names.desktop,
    replaceOn: ["location"],
    writeOnly: ["registrationInfo.token"],
    allowed: {
      hostPoolType: ["Personal", "Pooled", "BYODesktop"],
      loadBalancerType: ["BreadthFirst", "DepthFirst", "Persistent"],
      preferredAppGroupType: ["None", "Desktop", "RailApplications"],
      personalDesktopAssignmentType: ["Automatic", "Direct"],
      publicNetworkAccess: ["Enabled", "Disabled", "EnabledForSessionHostsOnly", "EnabledForClientsOnly"],
    },
    fixed: [{ path: "hostPoolType", code: "BadRequest" }],
    assigned: object,
    live: ({ id }, state) => ({
      applicationGroupReferences: state
        .referrers(id)
        .filter(({ path }) => path === "hostPoolArmPath")
        .map(({ from }) => from),
      privateEndpointConnections: endpointsOf(id, state),
    }),
    check: checkPool,
    checkDelete: ({ id }, state) => {
      const hosts = sessionHosts(state, id);
      // azure-native sends no `force` (provider.go: Delete has no query but the version), which azurerm does. The words
      // are Azure's, from public reports; for application groups hashicorp/terraform issue 31075 has them whole.
      if (hosts.length > 0)
        throw new ArmError(
          400,
          "400",
          `Error: The SessionHostPool ${lastName(id)} could not be deleted because it still has SessionHosts associated ` +
            "with it. Please remove all SessionHosts from the SessionHostPool and retry the operation.",
        );
      const group = state.referrers(id).find(({ path }) => path === "hostPoolArmPath");
      if (group !== undefined)
        throw new ArmError(
          409,
          "Conflict",
          `Host pool ${id} has the application group ${group.from}; delete it first.`,
        );
    },
    afterDelete: ({ id }, state) => state.run("DELETE FROM session_hosts WHERE pool = ?", key(id)),
  },
  {
    token: applicationGroup,
    arm: "Microsoft.DesktopVirtualization/applicationGroups",
    path: inGroup("Microsoft.DesktopVirtualization/applicationGroups/{applicationGroupName}"),
    regions: desktopRegions,
    name: names.desktop,
    replaceOn: ["location"],
    allowed: { applicationGroupType: ["RemoteApp", "Desktop"] },
    fixed: [
      { path: "hostPoolArmPath", code: "BadRequest" },
      { path: "applicationGroupType", code: "BadRequest" },
    ],
    assigned: object,
    live: ({ id }, state) => {
      const found = state.referrers(id).find(({ path }) => path === "applicationGroupReferences");
      return found === undefined ? {} : { workspaceArmPath: found.from };
    },
    check: (write) => {
      refuseCount(applicationGroup, write);
      const { id, inputs, state } = write;
      const pool = text(inputs, "hostPoolArmPath");
      const twin = state.referrers(pool).find(({ from, path }) => {
        return (
          path === "hostPoolArmPath" &&
          key(from) !== key(id) &&
          text(state.find(from)?.inputs, "applicationGroupType") === "Desktop"
        );
      });
      if (twin !== undefined && text(inputs, "applicationGroupType") === "Desktop") {
        throw bad(`Host pool ${pool} already has the Desktop application group ${twin.from}; it can have one only.`);
      }
    },
    checkDelete: ({ id }, state) => {
      const found = state.referrers(id).find(({ path }) => path === "applicationGroupReferences");
      if (found !== undefined)
        throw new ArmError(
          409,
          "Conflict",
          `Application group ${id} is in the workspace ${found.from}; take it out first.`,
        );
    },
  },
  {
    token: scalingPlan,
    arm: "Microsoft.DesktopVirtualization/scalingPlans",
    path: inGroup("Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}"),
    regions: desktopRegions,
    name: names.desktop,
    replaceOn: ["location", "hostPoolType"],
    allowed: { hostPoolType: ["Pooled", "Personal"] },
    assigned: object,
    check: checkScaling,
  },
  schedule("ScalingPlanPooledSchedule", "pooledSchedules", "Pooled"),
  schedule("ScalingPlanPersonalSchedule", "personalSchedules", "Personal"),
];

function schedule(name: string, part: string, kind: string): ResourceType {
  return {
    token: `azure-native:desktopvirtualization:${name}`,
    arm: `Microsoft.DesktopVirtualization/scalingPlans/${part}`,
    path: inGroup(`Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}/${part}/{scalingPlanScheduleName}`),
    name: names.desktop,
    allowed: times,
    check: ({ id, inputs, state }) => {
      const plan = state.find(id.slice(0, id.lastIndexOf(`/${part}/`)));
      const planKind = text(plan?.inputs, "hostPoolType") || "Pooled";
      if (planKind !== kind)
        throw bad(`Schedule ${id} is for ${kind} host pools; its scaling plan is for ${planKind} ones.`);
      for (const start of ["rampUpStartTime", "peakStartTime", "rampDownStartTime", "offPeakStartTime"]) {
        const [hour, minute] = [one(inputs, `${start}.hour`), one(inputs, `${start}.minute`)];
        if (hour === undefined || Number(hour) > 23 || Number(minute) > 59)
          throw bad(`${start} of schedule ${id} is no time of day.`);
      }
      const days = at(inputs, "daysOfWeek");
      const twin = state
        .children(plan?.id ?? "")
        .find((other) => key(other.id) !== key(id) && at(other.inputs, "daysOfWeek").some((day) => days.includes(day)));
      if (twin !== undefined) throw bad(`Schedules ${id} and ${twin.id} name the same day.`);
    },
  };
}

function checkPool({ id, inputs, before, state }: Write): void {
  const [type, balance] = [text(inputs, "hostPoolType"), text(inputs, "loadBalancerType")];
  if ((type === "Personal") !== (balance === "Persistent"))
    throw bad(`Load balancer type ${balance} does not fit host pool ${id} of type ${type}.`);
  if (type === "Personal" && text(inputs, "personalDesktopAssignmentType") === "") {
    throw bad(`Host pool ${id} of type Personal needs personalDesktopAssignmentType.`);
  }
  const sessions = one(inputs, "maxSessionLimit");
  // 999999 is the limit that the service itself sets where none is given.
  if (sessions !== undefined && (Number(sessions) < 1 || Number(sessions) > 999999))
    throw bad(`maxSessionLimit of ${id} is not between 1 and 999999.`);
  const expires = text(inputs, "registrationInfo.expirationTime");
  if (expires === "" || expires === text(before?.inputs, "registrationInfo.expirationTime")) return;
  const hours = (Date.parse(expires) - state.now()) / 3_600_000;
  if (!(hours >= 1 && hours <= 27 * 24))
    throw bad(`ExpirationTime ${expires} of ${id} must be between 1 hour and 27 days from now.`);
}

function checkScaling({ id, inputs, location, state }: Write): void {
  const kind = text(inputs, "hostPoolType") || "Pooled";
  for (const reference of list(inputs, "hostPoolReferences")) {
    const pool = state.find(text(reference, "hostPoolArmPath"));
    if (pool === undefined) continue;
    refuseOther(id, pool, state);
    if (pool.location !== location)
      throw bad(
        `Scaling plan ${id} (${location}) and host pool ${pool.id} (${pool.location}) must be in the same region.`,
      );
    if (text(pool.inputs, "hostPoolType") !== kind)
      throw bad(`Scaling plan ${id} is for ${kind} host pools; ${pool.id} is none.`);
    if (kind === "Pooled" && one(pool.inputs, "maxSessionLimit") === undefined)
      throw bad(`Host pool ${pool.id} has no maxSessionLimit, which scaling plan ${id} needs.`);
  }
}

function refuseOther(id: string, pool: Stored, state: State): void {
  const other = state
    .referrers(pool.id)
    .find(({ from, path }) => path === "hostPoolReferences.hostPoolArmPath" && key(from) !== key(id));
  if (other !== undefined)
    throw bad(`Host pool ${pool.id} already has the scaling plan ${other.from}; it can have one only.`);
}
