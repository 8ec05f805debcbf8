/**
 * What a failed update means: worth another try, or Azure made a resource whose answer was lost. The words are those
 * that azure-native hands on from Azure Resource Manager.
 */

const transient = [
  /\b(?:Status=|RESPONSE |StatusCode=)(?:408|429|500|502|503|504)\b/,
  /\b(?:TooManyRequests|RetryableError|InternalServerError|ServiceUnavailable|GatewayTimeout|ServerTimeout)\b/,
  /\b(?:AnotherOperationInProgress|OperationPreempted|ReferencedResourceNotProvisioned)\b/,
  /connection reset by peer|i\/o timeout|unexpected EOF|context deadline exceeded|TLS handshake timeout/,
];

export function isTransient(words: string): boolean {
  return transient.some((pattern) => pattern.test(words));
}

/** ARM ids of resources that exist though the stack's state does not know them. */
export function existingIds(words: string): readonly string[] {
  const ids = [...words.matchAll(/cannot create already existing resource '?([^'\s]+?)'?(?:\s|$)/g)];
  return [...new Set(ids.map((match) => match[1] ?? ""))];
}
