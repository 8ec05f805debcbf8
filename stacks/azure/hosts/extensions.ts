import type { AzureContext } from "../context.ts";
import { hostsRuleId } from "../known.ts";
import type { HostsShape } from "./machine.ts";

/**
 * A host's extensions, one a handler, as Windows allows, in this order: join the directory, register with the host pool,
 * send figures and events. Secrets are the component's business: it adds the protected settings.
 */
export interface ExtensionArgs {
  readonly publisher: string;
  readonly type: string;
  readonly typeHandlerVersion: string;
  readonly vmExtensionName: string;
  readonly autoUpgradeMinorVersion: boolean;
  readonly enableAutomaticUpgrade?: boolean;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface HostExtensions {
  readonly join: ExtensionArgs;
  readonly agent: ExtensionArgs;
  readonly monitoring: ExtensionArgs;
}

/**
 * Azure Virtual Desktop's published DSC artefact, pinned (the vendor's storage account `wvdportalstorageblob`, from which
 * the portal's own deployments take it; this version was seen in public templates in 2026). It only starts the
 * installation: the agents themselves come, current, from the service's download endpoint.
 */
const agentArtefact =
  "https://wvdportalstorageblob.blob.core.windows.net/galleryartifacts/Configuration_1.0.03299.1133.zip";

/** The same for all hosts of a network. */
export function extensionsOf(shape: HostsShape): HostExtensions {
  const { context, resourceGroupName } = shape;
  const { cloud, names, tags } = context;
  const common = { resourceGroupName, location: cloud.region, tags, autoUpgradeMinorVersion: true };
  return {
    join: { ...common, ...joinOf(context) },
    agent: {
      ...common,
      publisher: "Microsoft.Powershell",
      type: "DSC",
      typeHandlerVersion: "2.83",
      vmExtensionName: "agent",
      settings: {
        modulesUrl: agentArtefact,
        configurationFunction: "Configuration.ps1\\AddSessionHost",
        properties: {
          hostPoolName: names.hostPool(shape.pool),
          // The artefact takes the token as a credential, so that no log of DSC shows it.
          registrationInfoTokenCredential: {
            UserName: "PLACEHOLDER_DO_NOT_USE",
            Password: "PrivateSettingsRef:RegistrationInfoToken",
          },
          aadJoin: cloud.join === "entra",
          UseAgentDownloadEndpoint: true,
        },
      },
    },
    monitoring: {
      ...common,
      publisher: "Microsoft.Azure.Monitor",
      type: "AzureMonitorWindowsAgent",
      typeHandlerVersion: "1.0",
      vmExtensionName: "monitoring",
      enableAutomaticUpgrade: true,
      // A host has two identities, so the agent must be told which (Azure Monitor Agent: requirements).
      settings: {
        authentication: {
          managedIdentity: { "identifier-name": "mi_res_id", "identifier-value": shape.identityId },
        },
      },
    },
  };
}

function joinOf({ cloud, tenancy }: AzureContext) {
  if (cloud.join === "entra") {
    return {
      publisher: "Microsoft.Azure.ActiveDirectory",
      type: "AADLoginForWindows",
      typeHandlerVersion: "2.0",
      vmExtensionName: "join",
      settings: {},
    };
  }
  const { domain } = tenancy;
  if (domain === undefined) {
    throw new Error(
      "azure.join of the fleet file is domain, and the tenancy file has no domain:; it needs name, user and controllers",
    );
  }
  return {
    publisher: "Microsoft.Compute",
    type: "JsonADDomainExtension",
    typeHandlerVersion: "1.3",
    vmExtensionName: "join",
    settings: {
      Name: domain.name,
      ...(domain.ou === undefined ? {} : { OUPath: domain.ou }),
      User: domain.user,
      Restart: "true",
      // NETSETUP_JOIN_DOMAIN and NETSETUP_ACCT_CREATE (lmjoin.h).
      Options: "3",
    },
  };
}

/** A host's association with the rule by which it sends its figures. */
export function associationArgs(context: AzureContext) {
  return { associationName: "hosts", dataCollectionRuleId: hostsRuleId(context) };
}
