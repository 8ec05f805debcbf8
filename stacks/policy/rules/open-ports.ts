import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { below } from "../values.ts";
import { type Opening, openings, remoteDoors, ruleTypes } from "./traffic.ts";

export const noPublicRemoteDesktop: ResourceRule = {
  name: "no-public-remote-desktop",
  description: "No security rule lets the Internet reach SSH, RDP or RDP Shortpath.",
  level: "mandatory",
  severity: "critical",
  why: "people come in through the gateway or the broker, and an open remote desktop is tried within minutes",
  source: "Microsoft cloud security benchmark, NS-1; MITRE ATT&CK T1133, T1021.001",
  types: ruleTypes,
  *check(resource: Resource): Iterable<Finding> {
    for (const opening of openings(resource)) {
      const doors = remoteDoors(opening.protocol, opening.ports);
      if (doors.length > 0) {
        yield finding(opening, `open to ${opening.anywhere.join(", ")} for ${doors.join(", ")}`);
      }
    }
  },
};

export const nothingOpenToInternet: ResourceRule = {
  name: "nothing-open-to-internet",
  description: "No security rule lets the whole Internet in, on whatever port.",
  level: "advisory",
  severity: "medium",
  why: "neither desks nor the hub serve the Internet; what does should be named in the rule's exemptions",
  source: "Microsoft cloud security benchmark, NS-1",
  types: ruleTypes,
  *check(resource: Resource): Iterable<Finding> {
    for (const opening of openings(resource)) {
      if (remoteDoors(opening.protocol, opening.ports).length > 0) continue;
      const ports = opening.ports.join(", ") || "any port";
      yield finding(opening, `open to ${opening.anywhere.join(", ")} for ${opening.protocol} ${ports}`);
    }
  },
};

function finding(opening: Opening, found: string): Finding {
  const property = opening.path === "" ? "the rule" : below("", opening.path);
  return { property, found, allowed: "sources inside the network, or addresses of your own" };
}
