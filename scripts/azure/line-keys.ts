import { isOldLineKey } from "../../src/plan/line-key.ts";
import type { LinkPlan } from "../../src/plan/types.ts";
import type { KnownKeys } from "../../stacks/azure/hub/lines.ts";
import type { StackState } from "../state.ts";

export interface CompleteKeys extends KnownKeys {
  /** What the user is told. */
  readonly said: readonly string[];
}

export interface KeyMaking {
  readonly make: () => string;
  /** Tells whether a line's tunnel is there; asked only where a key of an earlier release is in question. */
  readonly isThere: () => Promise<(link: LinkPlan) => boolean>;
}

/**
 * A key for every line. One that an earlier release made with a hyphen is made anew, unless Azure has taken it all the
 * same: then its tunnel works, and a change would cut it. What somebody has set is theirs; the program refuses it where
 * Azure would.
 */
export async function completeKeys(
  links: readonly LinkPlan[],
  known: KnownKeys,
  { make, isThere }: KeyMaking,
): Promise<CompleteKeys> {
  const keyIn = ({ id }: LinkPlan): string => known.keys[id] ?? "";
  const old = links.filter((link) => isOldLineKey(keyIn(link)));
  const tunnel = old.length === 0 ? () => false : await isThere();
  const taken = old.filter(tunnel);
  const renewed = old.filter((link) => !taken.includes(link));
  const made = [...links.filter((link) => keyIn(link) === ""), ...renewed].map(({ id }) => [id, make()] as const);
  return {
    keys: { ...known.keys, ...Object.fromEntries(made) },
    accepted: taken.map(({ id }) => id),
    said: [
      ...renewed.map(({ id }) => `line ${id} gets another key: its own has a hyphen, which Azure does not take`),
      ...taken.map(
        ({ id }) =>
          `the key of line ${id} has a hyphen, against Azure's rule; Azure has taken it, so it stays until you forget ` +
          `it ("A line's key" in docs/azure.md)`,
      ),
    ],
  };
}

const tunnels: ReadonlySet<string> = new Set([
  "azure-native:network:VirtualNetworkGatewayConnection",
  "azure-native:network:VpnConnection",
]);

/** Whether a stack's state has the tunnel of that name, and it was made without an error. */
export function isTunnelIn({ resources = [] }: StackState, name: string): boolean {
  return resources.some(
    ({ type, inputs, initErrors = [] }) =>
      tunnels.has(type) && initErrors.length === 0 && JSON.stringify(inputs).includes(`"${name}"`),
  );
}
