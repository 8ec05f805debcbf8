import type { ArmError } from "../errors.ts";
import type { State, Stored } from "../state.ts";
import type { Properties } from "../values.ts";

/** What a type's own rules look at. Rules refuse by throwing ArmError. */
export interface Write {
  readonly id: string;
  readonly type: ResourceType;
  /** All inputs, secrets in clear. */
  readonly inputs: Properties;
  /** What stood there before: undefined for a create. */
  readonly before: Stored | undefined;
  readonly location: string;
  readonly state: State;
}

export interface NameRule {
  /** The whole name. From Microsoft's "Naming rules and restrictions for Azure resources" unless said otherwise. */
  readonly pattern: RegExp;
  /** The rule in words, for the refusal. */
  readonly words: string;
}

/** A type of resource, as data. */
export interface ResourceType {
  /** Pulumi's token, e.g. "azure-native:network:Subnet". */
  readonly token: string;
  /** ARM type, e.g. "Microsoft.Network/virtualNetworks/subnets". */
  readonly arm: string;
  /** The id with its inputs in braces. */
  readonly path: string;
  /** Regions that ARM has it in, where those are not all. */
  readonly regions?: readonly string[];
  /** Its operations are long-running: azure-native polls them, every 10 s for writes and 30 s for deletes. */
  readonly longRunning?: boolean;
  /** Virtual seconds that a create takes; where it is not known, one poll. */
  readonly seconds?: number;
  readonly name?: NameRule;
  /** Paths of inputs that Azure never gives back. */
  readonly writeOnly?: readonly string[];
  /** Of these, what Azure keeps where an update does not give it again. */
  readonly remembered?: readonly string[];
  /** Paths inside inputs that azure-native's input types do not have: Azure's alone, and no drift. */
  readonly outputsOnly?: readonly string[];
  /** Paths of inputs whose change azure-native answers with a replacement, beside the parts of the id. */
  readonly replaceOn?: readonly string[];
  /** Paths of inputs that ARM refuses to change on what exists. */
  readonly fixed?: readonly { readonly path: string; readonly code: string }[];
  /** Allowed values by path, where ARM refuses others. */
  readonly allowed?: Readonly<Record<string, readonly string[]>>;
  /** Properties that ARM itself demands, beyond azure-native's required inputs. */
  readonly needed?: readonly string[];
  /** Paths inside given inputs that only Azure fills: unknown in a preview. */
  readonly filled?: readonly string[];
  /** It always exists beside its parent: a create is an update and a delete sets it back. */
  readonly singleton?: boolean;
  /** What Azure adds; it is laid over the inputs. Stable: the same for the same resource. */
  readonly assigned?: (write: Write) => Properties;
  /** What Azure adds that other resources decide; asked at each read. */
  readonly live?: (resource: Stored, state: State) => Properties;
  /** What ARM refuses beyond the table. */
  readonly check?: (write: Write) => void;
  /** Why what Azure has accepted fails then: it stays there as "Failed". */
  readonly failure?: (write: Write) => ArmError | undefined;
  /** Further work of a write, in its transaction. */
  readonly after?: (write: Write, saved: Stored) => void;
  /** What ARM refuses to delete. */
  readonly checkDelete?: (resource: Stored, state: State) => void;
  /** `children`: what stood in it, and went with it. */
  readonly afterDelete?: (resource: Stored, state: State, children: readonly Stored[]) => void;
}

/** Path of a resource in a resource group, e.g. inGroup("Microsoft.Network/virtualNetworks/{virtualNetworkName}"). */
export function inGroup(rest: string): string {
  return `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${rest}`;
}

/** Names of the inputs in a path, e.g. ["resourceGroupName", "virtualNetworkName"]; the provider gives the rest. */
export function pathInputs(type: ResourceType): readonly string[] {
  return [...type.path.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1] ?? "")
    .filter((name) => name !== "subscriptionId");
}
