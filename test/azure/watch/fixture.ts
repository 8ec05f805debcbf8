import type { Declared } from "../mocks.ts";

/** A release as the stack's configuration names it. */
export const commit = "0123456789abcdef0123456789abcdef01234567";
export const source = `https://git.example.org/deskbridge.git#${commit}`;

/** What Azure tells of the watch's resources beyond what the recorder knows. */
export function asAzureTells({ type, name }: Declared): Readonly<Record<string, unknown>> {
  if (type.endsWith(":DataCollectionEndpoint")) return { metricsIngestion: { endpoint: "https://metrics.example" } };
  if (type.endsWith(":DataCollectionRule")) return { immutableId: "dcr-0123" };
  const [point] = name.split("-identity");
  if (type.endsWith(":UserAssignedIdentity"))
    return { principalId: `principal-of-${point}`, clientId: `client-of-${point}` };
  return {};
}
