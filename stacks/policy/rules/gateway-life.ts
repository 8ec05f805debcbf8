import { gatewayMinutes, gatewayTimeoutMinutes } from "../../../src/plan/limits.ts";
import type { Finding, Resource, ResourceRule } from "../rule.ts";

/** How a gateway is made, changed and taken down: its resource options. */
const types = ["network:VirtualNetworkGateway", "network:P2sVpnGateway", "network:VpnGateway"] as const;

export const gatewayProtected: ResourceRule = {
  name: "gateway-protected",
  description: "A gateway is protected: neither a slip nor a replacement takes it away.",
  level: "mandatory",
  severity: "critical",
  why: "a gateway that is made anew has another address, and everybody's profile must be issued again",
  source: "Azure VPN Gateway: point-to-site profiles (2026)",
  types,
  *check({ opts }: Resource): Iterable<Finding> {
    if (!opts.protect) yield { property: "protect (resource option)", found: "false", allowed: "true" };
  },
};

export const gatewayTimeouts: ResourceRule = {
  name: "gateway-timeouts",
  description: "Pulumi waits long enough for a gateway to be made, changed and deleted.",
  level: "mandatory",
  severity: "medium",
  why: `making one takes up to ${gatewayMinutes.create} minutes, and one that was given up on is billed and not known`,
  source: gatewayTimeoutMinutes.source,
  types,
  *check({ opts }: Resource): Iterable<Finding> {
    const { createSeconds, updateSeconds, deleteSeconds } = opts.customTimeouts;
    const least = gatewayTimeoutMinutes.value * 60;
    for (const [step, seconds] of Object.entries({
      create: createSeconds,
      update: updateSeconds,
      delete: deleteSeconds,
    })) {
      if (seconds >= least) continue;
      const found = seconds === 0 ? "not set" : `${seconds / 60} minutes`;
      const property = `customTimeouts.${step} (resource option)`;
      yield { property, found, allowed: `${gatewayTimeoutMinutes.value} minutes or more` };
    }
  },
};
