import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { defineCommand } from "citty";
import type { Target } from "../src/plan/types.ts";
import { markedProcesses } from "../stacks/lab/kinds/daemon.ts";
import { namespaceKind, namespaceNames } from "../stacks/lab/kinds/namespace.ts";
import { endProcesses } from "../stacks/lab/processes.ts";
import type { LabSettings } from "../stacks/lab/settings.ts";
import { CommandError, note, print, targetArg } from "./cli.ts";
import { engineContext, openStack, openWorkspace, settle } from "./engine.ts";
import { inventoryFile } from "./inventory.ts";
import { requireLabMachine } from "./machine.ts";
import { inOrder } from "./order.ts";

export default defineCommand({
  meta: { name: "down", description: "take a target down, leaving nothing of it on the machine" },
  args: { ...targetArg },
  async run({ args }) {
    await down(args.target);
    print(`${args.target} is down`);
  },
});

/** Destroys the stacks of a target (the watch first, the hub last), then whatever a killed run may have left. */
export async function down(target: Target): Promise<void> {
  if (target !== "lab") throw new CommandError(`target ${target} has no components yet; use --target lab`, 2);
  const context = engineContext("fleets/piemonte.yaml", undefined);
  requireLabMachine(context.lab);
  const workspace = await openWorkspace(context);
  const names = (await workspace.listStacks()).map((each) => each.name).filter((name) => name.startsWith(`${target}-`));
  const after = (name: string): string[] => {
    if (name === `${target}-watch`) return [];
    if (name === `${target}-hub`) return names.filter((each) => each !== name);
    return [`${target}-watch`];
  };
  await inOrder(
    names.map((name) => ({ name, after: after(name) })),
    async (name) => {
      const stack = await openStack(workspace, name);
      await settle(context, stack);
      await stack.destroy({ onOutput: () => undefined });
      await workspace.removeStack(name);
      note(`${name}: removed`);
    },
  );
  await removeRemains(context.lab);
  rmSync(dirname(inventoryFile(context.lab, target)), { recursive: true, force: true });
}

/** What no state knows of any more: marked processes, namespaces with the lab's prefix, the lab's folder. */
async function removeRemains(lab: LabSettings): Promise<void> {
  await endProcesses(markedProcesses(lab).map((each) => each.pid));
  for (const name of namespaceNames(lab.prefix)) {
    await namespaceKind.remove({ name, addresses: [], local: [], unreachable: [] }, lab);
  }
  rmSync(lab.root, { recursive: true, force: true });
}
