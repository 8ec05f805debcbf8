import { addressRows } from "./proof/addresses.ts";
import { azureRows } from "./proof/azure.ts";
import { gatewayRows } from "./proof/gateway.ts";
import { lineRows } from "./proof/lines.ts";
import { peopleRows } from "./proof/people.ts";
import type { ProofInput } from "./proof/row.ts";
import { stackRows } from "./proof/stacks.ts";
import type { ProofGroup, ProofRow } from "./types.ts";

const groups: Record<ProofGroup, (input: ProofInput) => readonly ProofRow[]> = {
  gateway: gatewayRows,
  lines: lineRows,
  Azure: azureRows,
  addresses: addressRows,
  people: peopleRows,
  stacks: stackRows,
};

/** Every number that the plan picks, held against its limit. */
export function prove(input: ProofInput): readonly ProofRow[] {
  return Object.values(groups).flatMap((rows) => rows(input));
}
