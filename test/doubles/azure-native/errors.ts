/**
 * A refusal by Azure Resource Manager. The text is as azure-native 3 prints it (pulumi-azure-native issue 4761).
 *
 * Codes that stand in public reports or documentation: ResourceGroupNotFound, ParentResourceNotFound, ResourceNotFound,
 * InvalidResourceReference, InvalidResourceLocation, NetcfgSubnetRangeOutsideVnet, NetcfgSubnetRangesOverlap,
 * InUseSubnetCannotBeDeleted, NonAzSkusNotAllowedForVPNGateway, VmssVpnGatewayPublicIpsMustHaveZonesConfigured,
 * VpnClientAddressPoolNotSpecified, ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations. The others are written
 * as Azure writes them, but were not all found in a report: what is refused and why is to be relied on, the word is not.
 */
export class ArmError extends Error {
  override readonly name = "ArmError";
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(`Status=${status} Code=${JSON.stringify(code)} Message=${JSON.stringify(message)}`);
    this.status = status;
    this.code = code;
  }
}

/**
 * The operation was accepted and then failed: azure-native gives the engine the id and what it knows, so that the
 * resource stands in the state with its error, and the next update mends it.
 */
export class PartialError extends Error {
  override readonly name = "PartialError";
  readonly id: string;
  /** What was asked for; the server fills it in. */
  inputs: object = {};
  constructor(id: string, reason: string) {
    super(reason);
    this.id = id;
  }
}

/** What the provider itself refuses, in plain words. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}
