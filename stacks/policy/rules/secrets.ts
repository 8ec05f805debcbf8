import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { leavesOf, type Placed, reach } from "../values.ts";

/** Where Azure wants a secret, by type. */
export const secretPlaces: Readonly<Record<string, readonly string[]>> = {
  "network:VirtualNetworkGatewayConnection": ["sharedKey", "authorizationKey"],
  "network:VirtualNetworkGateway": [
    "vpnClientConfiguration.radiusServerSecret",
    "vpnClientConfiguration.radiusServers[].radiusServerSecret",
  ],
  "network:VpnServerConfiguration": ["properties.radiusServerSecret", "properties.radiusServers[].radiusServerSecret"],
  "network:VpnConnection": ["sharedKey", "vpnLinkConnections[].sharedKey"],
  "network:VpnGateway": ["connections[].sharedKey", "connections[].vpnLinkConnections[].sharedKey"],
  "compute:VirtualMachine": [
    "osProfile.adminPassword",
    "osProfile.windowsConfiguration.additionalUnattendContent[].content",
  ],
  "compute:VirtualMachineScaleSet": [
    "virtualMachineProfile.osProfile.adminPassword",
    "virtualMachineProfile.extensionProfile.extensions[].protectedSettings",
  ],
  "compute:VirtualMachineExtension": ["protectedSettings"],
  "compute:VirtualMachineScaleSetExtension": ["protectedSettings"],
  "compute:VirtualMachineRunCommandByVirtualMachine": ["protectedParameters", "runAsPassword"],
  "keyvault:Secret": ["properties.value"],
  "desktopvirtualization:HostPool": ["registrationInfo.token"],
  "app:ContainerApp": ["configuration.secrets[].value"],
  "containerinstance:ContainerGroup": [
    "containers[].environmentVariables[].secureValue",
    "imageRegistryCredentials[].password",
  ],
  "sql:Server": ["administratorLoginPassword"],
  "dbforpostgresql:Server": ["administratorLoginPassword"],
};

export const secretsNotInClear: ResourceRule = {
  name: "secrets-not-in-clear",
  description: "Keys, passwords, tokens and protected settings are Pulumi secrets.",
  level: "mandatory",
  severity: "critical",
  why: "anything else stands in clear in the stack's state, in previews and in logs: wrap it in pulumi.secret",
  source: "Pulumi: secrets; Microsoft cloud security benchmark, IM-8",
  types: Object.keys(secretPlaces),
  *check({ type, props, isSecret }: Resource): Iterable<Finding> {
    const found = (secretPlaces[type] ?? []).flatMap((path) => reach(props, path)).flatMap(leavesOf);
    for (const { path, value } of found) {
      if (typeof value !== "string" || value === "" || isSecret(path)) continue;
      yield { property: path, found: "in clear", allowed: "a Pulumi secret" };
    }
  },
};

/** Settings that anybody who may read the resource can read, whatever Pulumi makes of them. */
export const readablePlaces: Readonly<Record<string, readonly string[]>> = {
  "compute:VirtualMachine": ["tags"],
  "compute:VirtualMachineExtension": ["settings", "tags"],
  "compute:VirtualMachineScaleSet": ["virtualMachineProfile.extensionProfile.extensions[].settings", "tags"],
  "compute:VirtualMachineScaleSetExtension": ["settings"],
  "compute:VirtualMachineRunCommandByVirtualMachine": ["parameters", "source.script"],
  "desktopvirtualization:HostPool": ["vmTemplate", "customRdpProperty", "description", "tags"],
};

const tellingName =
  /(password|passwd|pwd|passphrase|secret|token|(shared|account|access|api|private)_?key|connectionstring|sas)$/i;

const tellingValues: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a JSON web token", /\beyJ[\w-]{8,}\.[\w-]{8,}\./],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a storage or service key", /\b(AccountKey|SharedAccessKey)=/i],
  ["a signature of a shared access link", /[?&]sig=[\w%+/]{16,}/i],
  ["a password on a command line", /(^|\s)(--?|\/)\w*(password|pwd|token|secret)[ =:]+\S/i],
];

export const noSecretInSettings: ResourceRule = {
  name: "no-secret-in-settings",
  description: "Settings that Azure shows to every reader hold nothing that looks like a password, a key or a token.",
  level: "mandatory",
  severity: "critical",
  why: "Azure gives them back to whoever may read the resource: put it into protectedSettings",
  source: "Azure Virtual Machines: extensions, protected settings (2026)",
  types: Object.keys(readablePlaces),
  *check({ type, props }: Resource): Iterable<Finding> {
    for (const leaf of (readablePlaces[type] ?? []).flatMap((path) => reach(props, path)).flatMap(leavesOf)) {
      const what = looksLike(leaf);
      if (what !== undefined) {
        yield { property: leaf.path, found: `what looks like ${what}`, allowed: "nothing secret" };
      }
    }
  },
};

/** What a text looks like; undefined where it looks like nothing secret. */
function looksLike({ path, value }: Placed): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const telling = tellingValues.find(([, pattern]) => pattern.test(value));
  if (telling !== undefined) return telling[0];
  // DSC's way to say where in the protected settings it stands.
  if (value.startsWith("PrivateSettingsRef:")) return undefined;
  const name =
    path
      .replace(/\[\d+\]$/, "")
      .split(".")
      .at(-1) ?? "";
  return tellingName.test(name) ? "a secret, by its name" : undefined;
}
