import { createHash } from "node:crypto";

/** Ids that Azure Resource Manager will give, told from names. */

export function subscriptionId(subscription: string): string {
  return `/subscriptions/${subscription}`;
}

export function groupId(subscription: string, group: string): string {
  return `${subscriptionId(subscription)}/resourceGroups/${group}`;
}

/** `type`: `Microsoft.Network/virtualNetworks`; further parts are `subtype, name` pairs of children. */
export function resourceId(
  subscription: string,
  group: string,
  type: `Microsoft.${string}/${string}`,
  name: string,
  ...children: readonly string[]
): string {
  return [`${groupId(subscription, group)}/providers/${type}/${name}`, ...children].join("/");
}

/** Role definitions that come with every tenant (Azure built-in roles, Microsoft Learn). */
export function roleDefinitionId(subscription: string, role: keyof typeof roles): string {
  return `${subscriptionId(subscription)}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`;
}

/** Built-in roles by name, with their ids (Microsoft Learn: Azure built-in roles, read in 2026). */
export const roles = {
  "Desktop Virtualization User": "1d18fff3-a72a-46b5-b4a9-0b38a3cd7e63",
  "Desktop Virtualization Power On Off Contributor": "40c5ff49-9181-41f8-ae61-143b0e78555e",
  "Virtual Machine User Login": "fb879df8-f326-4884-b1cf-06f3ad86be52",
  "Storage File Data SMB Share Contributor": "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb",
  "Monitoring Data Reader": "b0d8363b-8ddd-447d-831f-62ca05bff136",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
  "Monitoring Reader": "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
  "Desktop Virtualization Reader": "49a72310-ab8d-41df-bbb0-79b649203868",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Grafana Admin": "22926164-76b3-42b3-bc55-97df8dab3e41",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
} as const;

/** Pulumi's name of the role by which hosts of a subscription are started and stopped (power.ts). */
export function powerName(subscription: string): string {
  return `power-${subscription}`;
}

/** A GUID that hangs on nothing but the words, where Azure wants one as a name (role assignments). */
export function stableGuid(...words: readonly string[]): string {
  const hex = createHash("sha256").update(words.join("\0")).digest("hex");
  // Version 5 and the RFC 9562 variant, so that it is a valid GUID.
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

/** Eight letters and digits for names that must be unique in the whole cloud. */
export function uniqueSuffix(...words: readonly string[]): string {
  const bytes = createHash("sha256").update(words.join("\0")).digest();
  return BigInt(`0x${bytes.toString("hex")}`)
    .toString(36)
    .slice(0, 8);
}
