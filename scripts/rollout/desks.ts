import { userInfo } from "node:os";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import type { Host, Inventory } from "../../src/inventory.ts";
import type { Hands } from "../../src/rollout/desk-steps.ts";
import { IdentityError, loadIdentity } from "../../src/rollout/ssh/identity.ts";
import { type KnownHosts, KnownHostsError, loadKnownHosts } from "../../src/rollout/ssh/known-hosts.ts";
import { SshPool } from "../../src/rollout/ssh/pool.ts";
import type { Endpoint, Target } from "../../src/rollout/ssh/target.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import { CommandError, note } from "../cli.ts";

/** How the operator comes to the desks. */

export const desksArgs = {
  user: {
    type: "string",
    valueHint: "NAME",
    description: "who logs in at the desks (default: the lab's, else this user)",
  },
  key: { type: "string", valueHint: "FILE", description: "private SSH key (default: the lab's, else the agent's)" },
  "known-hosts": {
    type: "string",
    valueHint: "A,B",
    description: "known_hosts files, beside the host keys that the inventory has",
  },
  via: { type: "string", valueHint: "USER@HOST:PORT", description: "the SSH host through which the desks are reached" },
} as const satisfies ArgsDef;

export interface Desks {
  readonly hands: Hands;
  readonly targetOf: (host: string) => Target | undefined;
  readonly close: () => Promise<void>;
}

interface DesksArgs {
  readonly user?: string | undefined;
  readonly key?: string | undefined;
  readonly "known-hosts"?: string | undefined;
  readonly via?: string | undefined;
}

/** A connection is kept so long for the next step of the same desk. */
const lingerSeconds = 5;

/** Throws CommandError. */
export async function openDesks(inventory: Inventory, args: DesksArgs): Promise<Desks> {
  const { operator } = inventory;
  const own = operator && join(labSettings(process.env).root, operator.key);
  const key = args.key ?? own;
  const agent = process.env["SSH_AUTH_SOCK"];
  const user = args.user ?? operator?.user ?? userInfo().username;
  try {
    const known = await loadKnownHosts(args["known-hosts"]?.split(",") ?? []);
    const via = args.via === undefined ? undefined : endpointOf(args.via, known);
    const identity = await loadIdentity({
      ...(agent === undefined ? {} : { agent }),
      ...(key === undefined ? {} : { keys: [{ file: key }] }),
    });
    const pool = new SshPool({
      identity,
      lingerSeconds,
      tell: (told) => {
        if (told.kind === "worker") note(`an SSH thread died and is replaced: ${told.detail}`);
      },
    });
    const hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
    const shell = inventory.target === "azure" ? "powershell" : "posix";
    const target = ({ name, address, ports, hostKeys }: Host): Target => ({
      name,
      address,
      port: ports.ssh,
      user,
      known: known.of([name, address], ports.ssh, hostKeys),
      shell,
      ...(via === undefined ? {} : { via }),
    });
    return {
      hands: pool,
      targetOf: (name) => {
        const host = hosts.get(name);
        return host && target(host);
      },
      close: () => pool.drain(),
    };
  } catch (error) {
    if (error instanceof IdentityError || error instanceof KnownHostsError) {
      throw new CommandError(error.message, 1, { cause: error });
    }
    throw error;
  }
}

function endpointOf(text: string, known: KnownHosts): Endpoint {
  const [, user, address, port = "22"] = /^([^@\s]+)@([^@:\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (user === undefined || address === undefined || Number(port) > 65_535) {
    throw new CommandError(`--via "${text}": write USER@HOST or USER@HOST:PORT`, 2);
  }
  return { name: address, address, port: Number(port), user, known: known.of([address], Number(port), []) };
}
