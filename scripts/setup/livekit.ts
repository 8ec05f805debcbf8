import { dirname, join, resolve } from "node:path";
import { livekitFolder, livekitVersion } from "../../stacks/lab/settings.ts";
import { buildWithGo, goProblem } from "./go.ts";
import { isExecutable } from "./machine.ts";
import { fromPath, obtain, said } from "./obtain.ts";
import type { Say, Step } from "./steps.ts";

const server = {
  name: "LiveKit server",
  version: livekitVersion,
  command: "livekit-server",
  versionOf: async (file: string) => (await said(file, ["--version"])).split(" ").at(-1) ?? "",
} as const;

/** LiveKit's server, in a folder of its own outside the checkout: had once, like the engine. */
export function livekitStep(environment: Readonly<Record<string, string | undefined>>): Step {
  const folder = livekitFolder(environment);
  return {
    name: `${server.name} ${livekitVersion}`,
    why: `the lab's videoconferences (kept in ${folder}, for every checkout)`,
    found: () => isExecutable(join(folder, "bin", server.command)),
    install: (say) => {
      const sources = { "the PATH": fromPath(server, (name) => name === server.command), Go: fromGo };
      return obtain({ ...server, sources }, folder, say);
    },
    remedy: `put livekit-server ${livekitVersion} on the PATH, or let set-up reach the Go module proxy with Go installed`,
  };
}

/** Measured with Go 1.26: 1.2 GB of caches, 53 MB of result; and room to spare. */
const bytesNeeded = 2e9;

async function fromGo(folder: string, say: Say, signal: AbortSignal): Promise<string | undefined> {
  const problem = await goProblem(dirname(folder), bytesNeeded);
  if (problem !== undefined) return problem;
  await buildWithGo({
    module: resolve(import.meta.dirname, "../livekit"),
    command: "github.com/livekit/livekit-server/cmd/server",
    flags: [],
    output: join(folder, "bin", server.command),
    cost: "about 3 minutes on 2 cores, 1 GB of memory, 1.2 GB of disk meanwhile",
    say,
    signal,
  });
  return undefined;
}
