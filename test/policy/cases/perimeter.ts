import { later } from "../analyzer.ts";
import { type Cases, declared } from "./case.ts";

/** An inbound rule that lets somebody in. */
const rule = (more: object): object => ({
  name: "in",
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  ...more,
});
const alone = (more: object) => declared("network:SecurityRule", "in", rule(more) as Record<string, unknown>);
const grouped = (...rules: readonly object[]) =>
  declared("network:NetworkSecurityGroup", "nsg", { securityRules: rules });
const any = { sourceAddressPrefix: "*" };
const allowed = "Allowed: sources inside the network, or addresses of your own";
const open = (found: string) => `in: the rule is open to ${found}. ${allowed}`;

export const perimeter: Readonly<Record<string, Cases>> = {
  "no-public-remote-desktop": {
    good: {
      "from the hub alone": [alone({ sourceAddressPrefix: "10.0.0.0/8", destinationPortRange: "3389" })],
      "from an office's own addresses": [alone({ sourceAddressPrefix: "203.0.113.0/24", destinationPortRange: "22" })],
      "a refusal": [alone({ ...any, destinationPortRange: "*", access: "Deny" })],
      "on the way out": [alone({ ...any, destinationPortRange: "*", direction: "Outbound" })],
      "another port": [alone({ ...any, destinationPortRange: "443" })],
      "a range beside it": [alone({ ...any, destinationPortRanges: ["23-3388", "3391-4000"], protocol: "*" })],
      "Shortpath's port over TCP, where nothing listens": [alone({ ...any, destinationPortRange: "3390" })],
      "SSH's port over UDP, where nothing listens": [alone({ ...any, destinationPortRange: "22", protocol: "Udp" })],
      "a source that is not known yet": [alone({ sourceAddressPrefix: later, destinationPortRange: "22" })],
      "a group without rules": [grouped()],
    },
    bad: {
      "RDP from *": [[alone({ ...any, destinationPortRange: "3389" })], open("* for RDP (3389/TCP)")],
      "SSH from the Internet tag": [
        [alone({ sourceAddressPrefix: "Internet", destinationPortRange: "22" })],
        open("Internet for SSH (22/TCP)"),
      ],
      "Shortpath over UDP from 0.0.0.0/0": [
        [alone({ sourceAddressPrefix: "0.0.0.0/0", destinationPortRange: "3390", protocol: "Udp" })],
        open("0.0.0.0/0 for RDP Shortpath (3390/UDP)"),
      ],
      "every port, every protocol, from ::/0": [
        [alone({ sourceAddressPrefix: "::/0", destinationPortRange: "*", protocol: "*" })],
        open("::/0 for SSH (22/TCP), RDP (3389/TCP and UDP), RDP Shortpath (3390/UDP)"),
      ],
      "a range that holds it, one prefix of several": [
        [alone({ sourceAddressPrefixes: ["10.0.0.0/8", "any"], destinationPortRanges: ["80", "3000-3500"] })],
        open("any for RDP (3389/TCP)"),
      ],
      "ports joined by commas": [[alone({ ...any, destinationPortRange: "80, 20-25" })], open("* for SSH (22/TCP)")],
      "the Internet in two halves": [
        [alone({ sourceAddressPrefixes: ["0.0.0.0/1", "128.0.0.0/1"], destinationPortRange: "22" })],
        open("0.0.0.0/1, 128.0.0.0/1 for SSH (22/TCP)"),
      ],
      "every customer of the cloud": [
        [alone({ sourceAddressPrefix: "AzureCloud.westeurope", destinationPortRange: "22" })],
        open("AzureCloud.westeurope for SSH (22/TCP)"),
      ],
      "RDP over UDP": [
        [alone({ ...any, destinationPortRange: "3389", protocol: "UDP" })],
        open("* for RDP (3389/UDP)"),
      ],
      "words in lower case": [
        [alone({ ...any, destinationPortRange: "22", direction: "inbound", access: "allow", protocol: "tcp" })],
        open("* for SSH (22/TCP)"),
      ],
      "inside its group, with a target that is not known yet": [
        [
          grouped(
            rule({ sourceAddressPrefix: "VirtualNetwork", destinationPortRange: "22" }),
            rule({ ...any, destinationPortRange: "22", destinationAddressPrefix: later }),
          ),
        ],
        `nsg: securityRules[1] is open to * for SSH (22/TCP). ${allowed}`,
      ],
      "of another API version": [
        [
          declared(
            "azure-native:network/v20240501:SecurityRule",
            "in",
            rule({ ...any, destinationPortRange: "22" }) as Record<string, unknown>,
          ),
        ],
        open("* for SSH (22/TCP)"),
      ],
      "a network manager's rule that beats the groups": [
        [
          declared("network:AdminRule", "in", {
            direction: "Inbound",
            access: "AlwaysAllow",
            protocol: "Any",
            sources: [{ addressPrefixType: "IPPrefix", addressPrefix: "*" }],
            destinationPortRanges: ["3389"],
          }),
        ],
        open("* for RDP (3389/TCP and UDP)"),
      ],
    },
  },
  "no-forwarded-remote-desktop": {
    good: {
      "a private balancer": [
        declared("network:LoadBalancer", "lb", {
          frontendIPConfigurations: [{ name: "in", subnet: { id: "s" } }],
          inboundNatRules: [{ name: "ssh", protocol: "Tcp", frontendPort: 5000, backendPort: 22 }],
        }),
      ],
      "another port": [declared("network:InboundNatRule", "nat", { protocol: "Tcp", backendPort: 443 })],
      "a firewall's way for the office alone": [
        declared("network:FirewallPolicyRuleCollectionGroup", "group", {
          ruleCollections: [
            { rules: [{ translatedPort: "22", sourceAddresses: ["203.0.113.7"], ipProtocols: ["TCP"] }] },
          ],
        }),
      ],
    },
    bad: {
      "a public balancer's rule": [
        [
          declared("network:LoadBalancer", "lb", {
            frontendIPConfigurations: [{ name: "out", publicIPAddress: { id: later } }],
            inboundNatRules: [{ name: "web", protocol: "Tcp", backendPort: 443 }],
            loadBalancingRules: [{ name: "rdp", protocol: "All", frontendPort: 0, backendPort: 3389 }],
          }),
        ],
        "lb: loadBalancingRules[0] is a way to RDP (3389/TCP and UDP). Allowed: ports of other services",
      ],
      "a rule of its own": [
        [declared("network:InboundNatRule", "nat", { protocol: "Tcp", frontendPort: 5000, backendPort: 22 })],
        "nat: the rule is a way to SSH (22/TCP). Allowed: ports of other services",
      ],
      "a firewall policy's translation": [
        [
          declared("network:FirewallPolicyRuleCollectionGroup", "group", {
            ruleCollections: [
              { rules: [{ translatedPort: "3389", sourceAddresses: ["*"], ipProtocols: ["TCP", "UDP"] }] },
            ],
          }),
        ],
        "group: ruleCollections[0].rules[0] is a way to RDP (3389/TCP), RDP (3389/UDP). Allowed: ports of other services",
      ],
      "a firewall's translation": [
        [
          declared("network:AzureFirewall", "fw", {
            natRuleCollections: [
              { rules: [{ translatedPort: "22", sourceAddresses: ["0.0.0.0/0"], protocols: ["Any"] }] },
            ],
          }),
        ],
        "fw: natRuleCollections[0].rules[0] is a way to SSH (22/TCP). Allowed: ports of other services",
      ],
    },
  },
  "nothing-open-to-internet": {
    good: {
      "from inside": [alone({ sourceAddressPrefix: "VirtualNetwork", destinationPortRange: "443" })],
      "what the other rule refuses already": [alone({ ...any, destinationPortRange: "22" })],
    },
    bad: {
      "a web server": [[alone({ ...any, destinationPortRanges: ["80", "443"] })], open("* for TCP 80, 443")],
      ping: [[alone({ sourceAddressPrefix: "Internet", protocol: "Icmp" })], open("Internet for ICMP any port")],
    },
  },
  "no-public-address-on-desk": {
    good: {
      "a card inside": [
        declared("network:NetworkInterface", "nic", { ipConfigurations: [{ name: "ip", subnet: { id: "s" } }] }),
      ],
      "a machine with a card of its own": [
        declared("compute:VirtualMachine", "vm", { networkProfile: { networkInterfaces: [] } }),
      ],
    },
    bad: {
      "a card's second address, not known yet": [
        [
          declared("network:NetworkInterface", "nic", {
            ipConfigurations: [{ name: "a" }, { name: "b", publicIPAddress: { id: later } }],
          }),
        ],
        "nic: ipConfigurations[1].publicIPAddress is set. Allowed: no public address",
      ],
      "a machine's own profile": [
        [
          declared("compute:VirtualMachine", "vm", {
            networkProfile: {
              networkInterfaceConfigurations: [
                { ipConfigurations: [{ name: "a", publicIPAddressConfiguration: { name: "p" } }] },
              ],
            },
          }),
        ],
        "vm: networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0].publicIPAddressConfiguration is set. " +
          "Allowed: no public address",
      ],
      "a scale set": [
        [
          declared("compute:VirtualMachineScaleSet", "set", {
            virtualMachineProfile: {
              networkProfile: {
                networkInterfaceConfigurations: [
                  { ipConfigurations: [{ name: "a", publicIPAddressConfiguration: { name: "p" } }] },
                ],
              },
            },
          }),
        ],
        "set: virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0]" +
          ".publicIPAddressConfiguration is set. Allowed: no public address",
      ],
    },
  },
};
