import { authorityKind } from "./authority.ts";
import { daemonKind } from "./daemon.ts";
import { firewallKind } from "./firewall.ts";
import { linkKind } from "./link.ts";
import { namespaceKind } from "./namespace.ts";
import { operatorKind } from "./operator.ts";
import { poolKind } from "./pool.ts";
import { tunnelKind } from "./tunnel.ts";

/** Everything the lab can make. A new kind is one file and one line here. */
export const kinds = {
  Authority: authorityKind,
  Namespace: namespaceKind,
  Link: linkKind,
  Tunnel: tunnelKind,
  Firewall: firewallKind,
  Operator: operatorKind,
  Pool: poolKind,
  Daemon: daemonKind,
};

export type KindName = keyof typeof kinds;
/** What a resource of a kind is declared with. */
export type Wanted<Name extends KindName> = Parameters<(typeof kinds)[Name]["ensure"]>[0];
