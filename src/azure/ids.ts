/** An id of Azure Resource Manager in its parts. Azure compares ids without regard to case. */
export interface ResourceId {
  readonly subscription: string;
  readonly resourceGroup: string;
  /** In small letters: `microsoft.network/virtualnetworkgateways`. */
  readonly type: string;
  readonly name: string;
}

/** The text is no resource's id; the message gives it. */
export class ResourceIdError extends Error {
  override readonly name = "ResourceIdError";
}

/** `/subscriptions/S/resourceGroups/G/providers/N/T/name[/SUBTYPE/subname…]` → its parts. Throws ResourceIdError. */
export function parseResourceId(id: string): ResourceId {
  const match = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/([^?#]+)$/i.exec(id);
  const [, subscription, resourceGroup, namespace, rest] = match ?? [];
  const segments = rest?.split("/") ?? [];
  const name = segments.at(-1);
  if (
    subscription === undefined ||
    resourceGroup === undefined ||
    namespace === undefined ||
    name === undefined ||
    segments.length % 2 !== 0 ||
    segments.includes("")
  ) {
    throw new ResourceIdError(
      `"${id}" is no id of an Azure resource: /subscriptions/…/resourceGroups/…/providers/…/…/…`,
    );
  }
  const types = segments.filter((_, index) => index % 2 === 0);
  return { subscription, resourceGroup, type: [namespace, ...types].join("/").toLowerCase(), name };
}
