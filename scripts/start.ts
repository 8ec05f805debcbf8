import { defineCommand } from "citty";
import { spawn } from "node:child_process";
import { labSettings } from "../stacks/lab/settings.ts";
import { CommandError, fleetArgs, note, print } from "./cli.ts";
import { up } from "./up.ts";

export default defineCommand({
  meta: { name: "start", description: "the lab up, every desk reached, and where to look" },
  args: { ...fleetArgs },
  async run({ args }) {
    note(`building the lab of ${args.fleet}`);
    const result = await up(args.fleet, args.stage, "lab");
    note(
      `lab up in ${result.seconds.toFixed(1)} s; ${result.changed === 0 ? "Pulumi reports no changes" : `${result.changed} changes`}`,
    );
    note("reaching every desk from the public side");
    await again(["reach", "--target", "lab"]);
    const { ports } = labSettings(process.env);
    print(
      [
        "",
        "Look at:",
        `  wallboard      http://127.0.0.1:${ports.exporter}/`,
        `  metrics        http://127.0.0.1:${ports.exporter}/metrics`,
        `  Prometheus     http://127.0.0.1:${ports.prometheus}/`,
        `  Alertmanager   http://127.0.0.1:${ports.alertmanager}/`,
        `  pages sent     http://127.0.0.1:${ports.receiver}/`,
        "",
        "Try:",
        "  npx deskbridge cut regione/giunta/fibre     and see it ring; then mend it",
        "  npx deskbridge rollout apply                seats for 150 people, in waves",
        "  npx deskbridge status",
        "  npm stop                                    takes the lab down",
      ].join("\n"),
    );
  },
});

/** Runs another command of ours in a process of its own; its output is ours. */
function again(words: readonly string[]): Promise<void> {
  return new Promise((fulfil, reject) => {
    const child = spawn(process.execPath, [import.meta.dirname + "/deskbridge.ts", ...words], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? fulfil() : reject(new CommandError(`${words[0]} failed (exit ${code})`)),
    );
  });
}
