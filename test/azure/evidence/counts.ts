import { limits } from "../../../src/plan/limits.ts";
import type { Tenancy } from "../../../src/fleet/tenancy.ts";
import type { SliceWrites } from "../../../src/plan/types.ts";
import { armType } from "../../doubles/azure-native/ids.ts";
import { isAzure } from "./ids.ts";
import type { RecordedSlice } from "./record.ts";

/** Where the plan's counts of a slice are not those of what is declared, or the slice is too large. */
export function countProblems({ slice, recording }: RecordedSlice, tenancy: Tenancy): readonly string[] {
  const { stack, resources, kind } = slice;
  const found = recording.resources.length;
  const [planned, declared] = [slice.writes, writesOf(recording, tenancy)].map(written);
  return [
    ...(found === resources ? [] : [`${stack}: the plan counts ${resources} resources, ${found} are declared`]),
    ...(planned === declared ? [] : [`${stack}: the plan counts ${planned} writes, ${declared} are declared`]),
    ...(kind === "hosts" && found > limits.resourcesPerStack.value ? [`${stack}: ${found} resources`] : []),
  ];
}

/** By subscription: those that the network provider gets, and all others. */
function writesOf({ resources }: RecordedSlice["recording"], { subscriptions }: Tenancy): readonly SliceWrites[] {
  const made = resources.filter(isAzure);
  return Object.entries(subscriptions).flatMap(([subscription, id]) => {
    const own = made.filter((each) => each.subscription === id);
    const network = own.filter((each) => armType(each.id).startsWith("Microsoft.Network/")).length;
    return own.length === 0 ? [] : [{ subscription, network, others: own.length - network }];
  });
}

function written(writes: readonly SliceWrites[]): string {
  return writes
    .map(({ subscription, network, others }) => `${subscription}: ${network} + ${others}`)
    .toSorted()
    .join(", ");
}
