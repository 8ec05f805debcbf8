import type { TokenCredential } from "@azure/identity";
import { ArmClient, type TokenSource } from "../../src/azure/client.ts";
import { type Cloud, publicCloud } from "../../src/azure/cloud.ts";
import { CommandError } from "../cli.ts";

/**
 * How commands reach Azure: as whoever Microsoft's `DefaultAzureCredential` finds, in this order: the environment's
 * `AZURE_…` variables, a workload's or a managed identity, then whoever is signed in to a developer's tools.
 * `AZURE_TOKEN_CREDENTIALS` names one of them.
 */
export function azureClient(cloud: Cloud = publicCloud): ArmClient {
  return new ArmClient({ cloud, token: defaultToken() });
}

/** Loads Microsoft's package when the first token is wanted: in the lab, never. It keeps tokens while they are good. */
export function defaultToken(): TokenSource {
  let credential: Promise<TokenCredential> | undefined;
  return async ({ scope, claims, signal }) => {
    credential ??= import("@azure/identity").then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
    const wanted = { abortSignal: signal, enableCae: true };
    const given = await (
      await credential
    )
      .getToken(scope, claims === undefined ? wanted : { ...wanted, claims })
      .catch((error: unknown) => {
        throw new Error(tokenRefusal(error), { cause: error });
      });
    if (given === null) throw new Error(`nobody here has a token for ${scope}`);
    return given.token;
  };
}

/** The vendor tells of every way that it tried, eight lines of them; what counts is the one that was meant to work. */
export function tokenRefusal(error: unknown): string {
  const tried: readonly unknown[] = (error as { errors?: readonly unknown[] } | undefined)?.errors ?? [error];
  const broken = tried.find((each) => each instanceof Error && each.name !== "CredentialUnavailableError");
  if (broken instanceof Error) return (broken.message.split("\n")[0] ?? "").trim();
  return "nobody is signed in to Azure here: az login, or give an identity by AZURE_… variables";
}

export const cloudArgs = {
  "azure-management": {
    type: "string",
    valueHint: "URL",
    description: `Azure Resource Manager, for another cloud than the public one (default: ${publicCloud.management.url})`,
  },
  "azure-metrics": {
    type: "string",
    valueHint: "URL",
    description: `Azure Monitor's metrics, {region} is the region's name (default: ${publicCloud.metrics.url})`,
  },
} as const;

/** The cloud that the arguments name. Throws CommandError (wrong use). */
export function cloudOf(args: { readonly [Name in keyof typeof cloudArgs]?: string | undefined }): Cloud {
  const { "azure-management": management, "azure-metrics": metrics } = args;
  if ((management === undefined) !== (metrics === undefined)) {
    throw new CommandError("--azure-management and --azure-metrics belong together: both name one cloud", 2);
  }
  if (management === undefined || metrics === undefined) return publicCloud;
  return {
    management: serviceOf("--azure-management", management),
    metrics: serviceOf("--azure-metrics", metrics),
  };
}

/** A token is asked for the service itself, of all its regions; it goes over no open line. */
function serviceOf(option: string, text: string): Cloud["metrics"] {
  const url = text.replace(/\/$/, "");
  const whole = url.replace("{region}.", "");
  if (!URL.canParse(whole) || !/^(https:\/\/|http:\/\/127\.0\.0\.1[:/])/.test(url)) {
    throw new CommandError(`${option} "${text}" is no address such as https://management.azure.com`, 2);
  }
  return { url, scope: `${whole}/.default` };
}
