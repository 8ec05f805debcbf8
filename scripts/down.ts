import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { defineCommand } from "citty";
import { plan as planFleet } from "../src/plan/plan.ts";
import { markedProcesses } from "../stacks/lab/kinds/daemon.ts";
import { namespaceKind, namespaceNames } from "../stacks/lab/kinds/namespace.ts";
import { endProcesses } from "../stacks/lab/processes.ts";
import type { LabSettings } from "../stacks/lab/settings.ts";
import { azureDownArgs, downAzure } from "./azure/down.ts";
import { lossArgs, lossOptions } from "./azure/options.ts";
import { fleetArgs, note, print, targetArg } from "./cli.ts";
import { engineContext, openStack, openWorkspace, settle } from "./engine.ts";
import { loadFleetOrFail } from "./fleet.ts";
import { inventoryFile } from "./inventory.ts";
import { requireLabMachine } from "./machine.ts";
import { inOrder, takenDownBefore } from "./order.ts";
import { removeStack } from "./stack-up.ts";
import { stoppable } from "./stop.ts";

export default defineCommand({
  meta: { name: "down", description: "take a target down, leaving nothing of it on the machine" },
  args: { ...fleetArgs, ...targetArg, ...azureDownArgs, ...lossArgs },
  async run({ args }) {
    if (args.target === "lab") await downLab();
    else {
      const fleet = loadFleetOrFail(args.fleet);
      const context = engineContext(args.fleet, args.stage);
      const options = { ...lossOptions(args), confirm: args.confirm };
      await stoppable((stop) => downAzure(context, planFleet(fleet, args.stage), options, stop));
      rmSync(dirname(inventoryFile(context.lab, args.target)), { recursive: true, force: true });
    }
    print(`${args.target} is down`);
  },
});

/** Destroys the lab's stacks (the watch first, the hub last), then whatever a killed run may have left. */
async function downLab(): Promise<void> {
  const target = "lab";
  const context = engineContext("fleets/piemonte.yaml", undefined);
  requireLabMachine(context.lab);
  const workspace = await openWorkspace(context);
  const names = (await workspace.listStacks()).map((each) => each.name).filter((name) => name.startsWith(`${target}-`));
  await inOrder(
    names.map((name) => ({ name, after: takenDownBefore(name, names) })),
    async (name) => {
      const stack = await openStack(workspace, name);
      await settle(context, stack);
      await removeStack(stack);
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
