import { inGroup, type ResourceType } from "./type.ts";

export const desktops: readonly ResourceType[] = [
  {
    token: "azure-native:desktopvirtualization:Workspace",
    arm: "Microsoft.DesktopVirtualization/workspaces",
    path: inGroup("Microsoft.DesktopVirtualization/workspaces/{workspaceName}"),
  },
  {
    token: "azure-native:desktopvirtualization:HostPool",
    arm: "Microsoft.DesktopVirtualization/hostPools",
    path: inGroup("Microsoft.DesktopVirtualization/hostPools/{hostPoolName}"),
  },
  {
    token: "azure-native:desktopvirtualization:ApplicationGroup",
    arm: "Microsoft.DesktopVirtualization/applicationGroups",
    path: inGroup("Microsoft.DesktopVirtualization/applicationGroups/{applicationGroupName}"),
  },
  {
    token: "azure-native:desktopvirtualization:ScalingPlan",
    arm: "Microsoft.DesktopVirtualization/scalingPlans",
    path: inGroup("Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}"),
  },
  {
    token: "azure-native:desktopvirtualization:ScalingPlanPooledSchedule",
    arm: "Microsoft.DesktopVirtualization/scalingPlans/pooledSchedules",
    path: inGroup(
      "Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}/pooledSchedules/{scalingPlanScheduleName}",
    ),
  },
  {
    token: "azure-native:desktopvirtualization:ScalingPlanPersonalSchedule",
    arm: "Microsoft.DesktopVirtualization/scalingPlans/personalSchedules",
    path: inGroup(
      "Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}/personalSchedules/{scalingPlanScheduleName}",
    ),
  },
];
