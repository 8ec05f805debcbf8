import { armIdOf } from "../../../stacks/azure/arm-ids.ts";
import { idOf } from "../../doubles/azure-native/provider.ts";
import { typeOf } from "../../doubles/azure-native/types/index.ts";
import type { Properties } from "../../doubles/azure-native/values.ts";
import type { Declared, Recording } from "../mocks.ts";

export function isAzure({ type }: Pick<Declared, "type">): boolean {
  return type.startsWith("azure-native:");
}

/** Resources whose id `armIdOf` does not tell, or tells otherwise than the double, which goes by tables of its own. */
export function idProblems({ resources }: Recording): readonly string[] {
  return resources.filter(isAzure).flatMap(({ type, name, inputs, subscription = "" }) => {
    const ours = armIdOf(type, inputs, subscription);
    const double = idOf(typeOf(type), inputs as Properties, subscription);
    return ours === double ? [] : [`${name} (${type}): armIdOf tells ${ours ?? "nothing"}, the double ${double}`];
  });
}
