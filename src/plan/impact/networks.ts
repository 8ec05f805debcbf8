import { change, type Effect, peopleText } from "../diff/change.ts";
import type { Plan } from "../types.ts";
import { bodyOfStack, cloudPeople, type Finding, goes, ofKinds, type Touched, verbs } from "./finding.ts";

/** Networks, and what joins them: without one, its desks are there and nobody reaches them. */

interface Words {
  readonly what: string;
  /** What people lose while it is away. */
  readonly loss: string;
  /** Hosts or profiles go with it. */
  readonly refused?: true;
}

const kinds: Readonly<Record<string, Words>> = {
  "resources:ResourceGroup": { what: "resource group", loss: "lose all that is in it", refused: true },
  "network:VirtualNetwork": { what: "network", loss: "are cut off, with all hosts in it", refused: true },
  "network:Subnet": { what: "subnet", loss: "are cut off, with what is in it", refused: true },
  "network:VirtualNetworkPeering": { what: "peering", loss: "are cut off from the gateway" },
  "network:HubVirtualNetworkConnection": {
    what: "connection to the virtual hub",
    loss: "are cut off from the gateway",
  },
  "network:NatGateway": { what: "NAT gateway", loss: "have hosts that reach nothing outside" },
  "network:PrivateEndpoint": { what: "private endpoint", loss: "cannot sign in, or not find their profile" },
  "network:PrivateDnsZoneGroup": { what: "private endpoint's name", loss: "cannot sign in, or not find their profile" },
  "privatedns:PrivateZone": { what: "private zone", loss: "find no name in it" },
  "privatedns:VirtualNetworkLink": { what: "link to a private zone", loss: "find no name in it" },
  "dnsresolver:DnsResolver": { what: "resolver", loss: "find no name" },
  "dnsresolver:InboundEndpoint": { what: "resolver's endpoint", loss: "find no name" },
};

export function networkFindings(touched: readonly Touched[], plan: Plan): readonly Finding[] {
  return [
    ...ofKinds(touched, Object.keys(kinds))
      .filter((step) => goes(step) && step.stack !== "azure-watch")
      .map((step) => networkFinding(step, plan)),
    ...ofKinds(touched, ["network:NetworkSecurityGroup"])
      .filter((step) => step.fate === "update" || goes(step))
      .map((step) => ruleFinding(step, plan)),
  ];
}

/** People of the stack's body, or everybody for the hub. */
function peopleOf(step: Touched, plan: Plan): number {
  const body = bodyOfStack(plan, step.stack);
  return body === undefined ? Math.max(plan.peopleAtOnce, cloudPeople(plan)) : cloudPeople(plan, body);
}

function networkFinding(step: Touched, plan: Plan): Finding {
  const { what, loss, refused = false } = kinds[step.kind] ?? { what: step.kind, loss: "are cut off" };
  const people = peopleOf(step, plan);
  const until = step.fate === "replace" ? " until it is there again; how long is not known" : "";
  const text = `${what} ${step.name} of ${step.stack} ${verbs[step.fate]}: up to ${peopleText(people)} at once ${loss}${until}`;
  const effect: Effect = step.fate === "delete" && refused ? "lost" : "interrupted";
  return { change: change(people === 0 ? "none" : effect, step.stack, people, text), refused: refused && people > 0 };
}

function ruleFinding(step: Touched, plan: Plan): Finding {
  const text = `rules of ${step.name} of ${step.stack} ${step.fate === "update" ? "change" : "go"}: read in the preview who reaches what`;
  const effect: Effect = goes(step) ? "exposed" : "none";
  return { change: change(effect, step.stack, goes(step) ? peopleOf(step, plan) : 0, text), refused: false };
}
