/** Ids of the test's resources; the GUIDs stand for nothing. */
export const subscription = "11111111-1111-1111-1111-111111111111";
export const tenant = "22222222-2222-2222-2222-222222222222";
export const principal = "33333333-3333-3333-3333-333333333333";
export const location = "italynorth";
export const tags = { project: "deskbridge", body: "regione" };

/** `id("network", "Microsoft.Network/virtualNetworks/hub")` */
export function id(group: string, path: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${path}`;
}

/** What nearly every resource has. */
export function placed(group: string): { resourceGroupName: string; location: string; tags: Record<string, string> } {
  return { resourceGroupName: group, location, tags };
}
