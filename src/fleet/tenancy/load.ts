import { errorsOf, inOrder, readDocument } from "../document.ts";
import { type FleetError, FleetFileError } from "../errors.ts";
import { readText } from "../read.ts";
import type { Fleet } from "../schema.ts";
import { type Tenancy, tenancySchema } from "../tenancy.ts";
import { tenancyRules } from "./rules.ts";

/** The largest tenancy file read, in bytes: 20 roots, 300 revoked certificates and thousands of lines fit. */
const maxTenancyBytes = 512 * 1024;

export type TenancyResult =
  | { readonly tenancy: Tenancy; readonly errors: readonly [] }
  | { readonly tenancy?: undefined; readonly errors: readonly FleetError[] };

/** Where the tenancy file of a fleet file stands: `fleets/x.yaml` → `fleets/x.azure.yaml`. */
export function tenancyPath(fleetPath: string): string {
  return `${fleetPath.replace(/\.ya?ml$/i, "")}.azure.yaml`;
}

/** Reads the tenancy file beside a fleet file. Throws one FleetFileError with every error, or that there is none. */
export function loadTenancy(fleetPath: string, fleet: Fleet): Tenancy {
  const path = tenancyPath(fleetPath);
  const { tenancy, errors } = parseTenancy(readTenancy(path), path, fleet);
  if (tenancy === undefined) throw new FleetFileError(errors);
  return tenancy;
}

function readTenancy(path: string): string {
  try {
    return readText(path, maxTenancyBytes);
  } catch (error) {
    if (!(error instanceof FleetFileError)) throw error;
    const hint = "deskbridge check --tenancy-template prints one to fill in";
    throw new FleetFileError(error.errors.map((each) => ({ ...each, hint: each.hint ?? hint })));
  }
}

/** Text → tenancy, or every error in it, also where it does not fit the fleet. `file` is the name that errors carry. */
export function parseTenancy(text: string, file: string, fleet: Fleet): TenancyResult {
  const { source, draft, errors: found } = readDocument(text, file, tenancySchema);
  const broken =
    source === undefined || draft === undefined
      ? []
      : Object.values(tenancyRules).flatMap((rule) => errorsOf(source, rule(draft.value, fleet), draft.unsure));
  const errors = [...found, ...broken];
  if (errors.length > 0 || draft === undefined) return { errors: inOrder(errors, file) };
  return { tenancy: draft.value, errors: [] };
}
