import { later, secret } from "../analyzer.ts";
import { type Cases, declared } from "./case.ts";

type Props = Readonly<Record<string, unknown>>;
const account = (props: Props) => declared("storage:StorageAccount", "profiles", props);
const shut = { publicNetworkAccess: "Disabled", allowBlobPublicAccess: false };
const named = {
  kind: "StorageV2",
  publicNetworkAccess: "Enabled",
  networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "198.51.100.7" }] },
  allowSharedKeyAccess: false,
  allowBlobPublicAccess: false,
};
const vault = (properties: Props) => declared("keyvault:Vault", "kv", { properties });
const extension = (props: Props) => declared("compute:VirtualMachineExtension", "agent", { vmName: "vm", ...props });
const connection = (sharedKey: unknown) =>
  declared("network:VirtualNetworkGatewayConnection", "line", { connectionType: "IPsec", sharedKey });
const token = `eyJ${"a".repeat(20)}.${"b".repeat(20)}.c`;
const clear = "is in clear. Allowed: a Pulumi secret";

export const stores: Readonly<Record<string, Cases>> = {
  "storage-private": {
    good: {
      shut: [account(shut)],
      "not known yet": [account({ ...shut, publicNetworkAccess: later })],
      "without profiles and keys, open to named addresses": [account(named)],
    },
    bad: {
      "open, as it is where nothing is said": [
        [account({})],
        'profiles: publicNetworkAccess is not set. Allowed: "Disabled"',
        "profiles: allowBlobPublicAccess is not set. Allowed: false",
      ],
      open: [
        [account({ ...shut, publicNetworkAccess: "Enabled" })],
        'profiles: publicNetworkAccess is "Enabled". Allowed: "Disabled"',
      ],
      "with profiles, open to named addresses": [
        [account({ ...named, kind: "FileStorage" })],
        'profiles: publicNetworkAccess is "Enabled". Allowed: "Disabled"',
      ],
      "with keys, open to named addresses": [
        [account({ ...named, allowSharedKeyAccess: true })],
        'profiles: publicNetworkAccess is "Enabled". Allowed: "Disabled"',
      ],
      "without keys, open to whoever is not named": [
        [account({ ...named, networkRuleSet: { defaultAction: "Allow" } })],
        'profiles: publicNetworkAccess is "Enabled". Allowed: "Disabled"',
      ],
    },
  },
  "storage-transport": {
    good: { "TLS 1.2": [account({ minimumTlsVersion: "TLS1_2" })] },
    bad: {
      "TLS 1.0 and plain HTTP": [
        [account({ minimumTlsVersion: "TLS1_0", enableHttpsTrafficOnly: false })],
        'profiles: minimumTlsVersion is "TLS1_0". Allowed: "TLS1_2" or "TLS1_3"',
        "profiles: enableHttpsTrafficOnly is false. Allowed: true",
      ],
    },
  },
  "vault-private": {
    good: { shut: [vault({ publicNetworkAccess: "disabled" })] },
    bad: {
      open: [
        [vault({ publicNetworkAccess: "enabled" })],
        'kv: properties.publicNetworkAccess is "enabled". Allowed: "disabled"',
      ],
    },
  },
  "vault-kept": {
    good: { kept: [vault({ enablePurgeProtection: true, enableRbacAuthorization: true })] },
    bad: {
      neither: [
        [vault({ enableRbacAuthorization: false })],
        "kv: properties.enablePurgeProtection is not set. Allowed: true",
        "kv: properties.enableRbacAuthorization is false. Allowed: true",
      ],
    },
  },
  "broker-private": {
    good: {
      shut: [
        declared("desktopvirtualization:HostPool", "pool", {
          tags: { way: "gateway" },
          publicNetworkAccess: "Disabled",
        }),
      ],
      "people who come in through the broker": [
        declared("desktopvirtualization:HostPool", "pool", { tags: { way: "broker" }, publicNetworkAccess: "Enabled" }),
      ],
    },
    bad: {
      "open where people come in through the gateway": [
        [declared("desktopvirtualization:HostPool", "pool", { tags: { way: "gateway" } })],
        'pool: publicNetworkAccess is not set. Allowed: "Disabled"',
      ],
      "open for clients": [
        [
          declared("desktopvirtualization:Workspace", "desks", {
            tags: { way: "gateway" },
            publicNetworkAccess: "EnabledForClientsOnly",
          }),
        ],
        'desks: publicNetworkAccess is "EnabledForClientsOnly". Allowed: "Disabled"',
      ],
    },
  },
  "secrets-not-in-clear": {
    good: {
      "a key": [connection(secret("sesame"))],
      "a key that is not known yet": [connection(later)],
      "a whole of secrets": [extension({ protectedSettings: secret({ Items: { token: "x" } }) })],
      "secrets in a whole": [extension({ protectedSettings: { Items: { token: secret("x") }, retries: 3 } })],
      "a machine with a key pair": [
        declared("compute:VirtualMachine", "vm", { osProfile: { adminUsername: "admin" } }),
      ],
    },
    bad: {
      "a tunnel's key": [[connection("sesame")], `line: sharedKey ${clear}`],
      "one of two protected settings": [
        [extension({ protectedSettings: { user: secret("x"), list: ["open", secret("sesame")] } })],
        `agent: protectedSettings.list[0] ${clear}`,
      ],
      "a password": [
        [declared("compute:VirtualMachine", "vm", { osProfile: { adminPassword: "sesame" } })],
        `vm: osProfile.adminPassword ${clear}`,
      ],
      "a vault's secret": [
        [declared("keyvault:Secret", "psk", { properties: { value: "sesame" } })],
        `psk: properties.value ${clear}`,
      ],
      RADIUS: [
        [
          declared("network:VirtualNetworkGateway", "hub", {
            vpnClientConfiguration: {
              radiusServers: [{ radiusServerSecret: secret("x") }, { radiusServerSecret: "sesame" }],
            },
          }),
        ],
        `hub: vpnClientConfiguration.radiusServers[1].radiusServerSecret ${clear}`,
      ],
      "a registration token": [
        [declared("desktopvirtualization:HostPool", "pool", { registrationInfo: { token } })],
        `pool: registrationInfo.token ${clear}`,
      ],
    },
  },
  "no-secret-in-settings": {
    good: {
      "names and places": [extension({ settings: { modulesUrl: "https://x/y.zip", aadJoin: true, timestamp: 3 } })],
      "where the protected settings have it": [
        extension({ settings: { properties: { credential: { Password: "PrivateSettingsRef:Token" } } } }),
      ],
      "the address of a secret in a vault": [extension({ settings: { secretUrl: "https://kv/secrets/x" } })],
    },
    bad: {
      "a password by its name": [
        [extension({ settings: { properties: { domainPassword: "sesame" } } })],
        "agent: settings.properties.domainPassword is what looks like a secret, by its name. Allowed: nothing secret",
      ],
      "a token by its look, also where Pulumi keeps it secret": [
        [extension({ settings: secret({ list: [token] }) })],
        "agent: settings.list[0] is what looks like a JSON web token. Allowed: nothing secret",
      ],
      "a key in a command, a link with a signature": [
        [
          extension({
            settings: {
              commandToExecute: "join.exe /user x -Password sesame",
              fileUris: ["https://x.blob.core.windows.net/a?sv=1&sig=abcdefghijklmnopqrst%3D"],
            },
          }),
        ],
        "agent: settings.commandToExecute is what looks like a password on a command line. Allowed: nothing secret",
        "agent: settings.fileUris[0] is what looks like a signature of a shared access link. Allowed: nothing secret",
      ],
      "a connection string in a tag": [
        [declared("compute:VirtualMachine", "vm", { tags: { store: "AccountName=a;AccountKey=b" } })],
        "vm: tags.store is what looks like a storage or service key. Allowed: nothing secret",
      ],
      "a private key": [
        [extension({ settings: { pem: "-----BEGIN RSA PRIVATE KEY-----\nx" } })],
        "agent: settings.pem is what looks like a private key. Allowed: nothing secret",
      ],
    },
  },
};
