/**
 * What VPN gateways take as a tunnel's pre-shared key. Azure does not always say so at the request: a key that it dislikes
 * may also end in a tunnel that never comes up.
 */

export const lineKeySource =
  "Azure VPN Gateway: FAQ, pre-shared keys (2026); network REST API: reset of a shared key, 1 to 128 characters";
export const lineKeyWords = "1 to 128 printable ASCII characters without space, hyphen (-) and tilde (~)";

/** From `!` to `}`, without the hyphen. */
export function isLineKey(key: string): boolean {
  return /^[!-,.-}]{1,128}$/.test(key);
}

/** What `deskbridge up` made before it knew of the rule: 256 bits as base64url, half of them with a hyphen. */
export function isOldLineKey(key: string): boolean {
  return /^[\w-]{43}$/.test(key) && !isLineKey(key);
}
