import type { FailedStep } from "../stack-up.ts";

/**
 * What a failed update means: whether another try may do better. The words are those that azure-native hands on from
 * Azure Resource Manager.
 */

const passing = [
  /\b(?:Status=|RESPONSE |StatusCode=)(?:408|429|500|502|503|504)\b/,
  /\b(?:TooManyRequests|RetryableError|InternalServerError|ServiceUnavailable|GatewayTimeout|ServerTimeout)\b/,
  /\b(?:AnotherOperationInProgress|OperationPreempted|UpdateGatewayInProgress|ReferencedResourceNotProvisioned)\b/,
  /connection reset by peer|i\/o timeout|unexpected EOF|context deadline exceeded|TLS handshake timeout/,
  // What it was making is adopted before the next try.
  /the Pulumi engine was killed/,
  // So is this.
  /cannot create already existing resource/,
];

export function isPassing(words: string): boolean {
  return passing.some((pattern) => pattern.test(words));
}

/**
 * Role assignments, by name, that Azure refused to make since the same role is given to the same principal at the same
 * scope already, under another name: in the portal, or by another program.
 */
export function givenAlready(failed: readonly FailedStep[]): readonly string[] {
  return failed
    .filter(({ type, resource, words }) => {
      const isRole = resource.type === "azure-native:authorization:RoleAssignment";
      return type === "creating" && isRole && /\bRoleAssignmentExists\b/.test(words);
    })
    .map(({ resource }) => resource.urn.split("::").at(-1) ?? "");
}

/** A key vault that was deleted keeps its name for 90 days: it is not made, it is recovered. */
export function wantsVaultRecovered(words: string): boolean {
  return /vault with the same name already exists in deleted state/i.test(words);
}
