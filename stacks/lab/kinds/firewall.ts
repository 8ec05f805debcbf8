import { ask, run } from "../run.ts";
import type { Kind } from "./kind.ts";

/** An nftables table in a namespace. Sets' contents are left to those who fill them. */
export interface FirewallProps {
  readonly namespace: string;
  /** `inet name` */
  readonly table: string;
  /** What stands between the table's braces. */
  readonly rules: string;
}

export const firewallKind: Kind<FirewallProps> = {
  check: (wanted) =>
    /^(inet|netdev|ip) [a-z]+$/.test(wanted.table)
      ? []
      : [{ property: "table", reason: `"${wanted.table}" is not "<family> <name>"` }],
  identity: (wanted) => `${wanted.namespace}/${wanted.table.replace(" ", "-")}`,
  replaceOn: ["namespace", "table"],

  async observe(wanted) {
    const now = await listing(wanted);
    if (now === undefined) return "absent";
    return now === (await expected(wanted))
      ? []
      : [`table ${wanted.table} in ${wanted.namespace} has other rules than declared`];
  },

  async ensure(wanted) {
    await load(wanted.namespace, wanted.table, wanted.rules);
    return {};
  },

  async remove(wanted) {
    await ask(["ip", "netns", "exec", wanted.namespace, "nft", "delete", "table", ...wanted.table.split(" ")]);
  },
};

async function load(namespace: string, table: string, rules: string): Promise<void> {
  const text = `table ${table} {}\ndelete table ${table}\ntable ${table} {\n${rules}\n}\n`;
  await run(["ip", "netns", "exec", namespace, "nft", "-f", "-"], { input: text });
}

/** The table as nft prints it, without counters and without the sets' contents. */
async function listing(wanted: FirewallProps): Promise<string | undefined> {
  return ask(["ip", "netns", "exec", wanted.namespace, "nft", "-s", "-t", "list", "table", ...wanted.table.split(" ")]);
}

/** nft's own print of the declared rules, from a throw-away network namespace: text to compare. */
async function expected(wanted: FirewallProps): Promise<string> {
  const input = `table ${wanted.table} {\n${wanted.rules}\n}\n`;
  const list = 'nft -f - && exec nft -s -t list table "$@"';
  return run(["unshare", "--net", "sh", "-c", list, "sh", ...wanted.table.split(" ")], { input });
}
