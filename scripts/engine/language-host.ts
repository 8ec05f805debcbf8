import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type * as Service from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/language_pb.js";
import type * as PluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";

/**
 * A Pulumi language host for programs that Node runs as they are, written from the published protocol
 * (pulumi/language.proto). Set-up installs it only where the vendor's own host is absent: that one is not on the
 * Go module proxy, so an engine built from Go modules comes without it.
 *
 * The engine starts it in the program's folder with its own address as the last argument, and reads the port that
 * we print. This file stands alone: it is copied beside the engine, outside any checkout, and takes gRPC and the
 * protocol's stubs from the `@pulumi/pulumi` of the program that it is to run, so the two always fit.
 */

const requireFromProgram = createRequire(join(process.cwd(), "package.json"));
const sdk = requireFromProgram.resolve("@pulumi/pulumi/package.json");
const requireFromSdk = createRequire(sdk);
const grpc = requireFromSdk("@grpc/grpc-js") as typeof Grpc;
const { LanguageRuntimeService } = requireFromSdk("./proto/language_grpc_pb") as typeof Service;
const messages = requireFromSdk("./proto/language_pb") as typeof Messages;
const { PluginInfo } = requireFromSdk("./proto/plugin_pb") as typeof PluginMessages;
const { Empty } = requireFromSdk("google-protobuf/google/protobuf/empty_pb") as {
  Empty: new () => object;
};
const { version } = requireFromSdk("./package.json") as { version: string };

/** The program has already told the user what is wrong (cmd/run/index.js of the SDK). */
const saidByTheProgram = 32;

const engineAddress = process.argv.at(-1) ?? "";
const children = new Set<ChildProcess>();

function stopChildren(): void {
  for (const child of children) child.kill("SIGTERM");
}

/** Runs one of the SDK's entry points under this very Node. */
function start(
  entry: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  output: "inherit" | "pipe",
): ChildProcess {
  const child = spawn(process.execPath, [requireFromSdk.resolve(`./cmd/${entry}`), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/** The exit code, or the signal's name where one ended it. */
async function ended(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return code ?? signal ?? "unknown";
}

async function runProgram(request: Messages.RunRequest): Promise<Messages.RunResponse> {
  const response = new messages.RunResponse();
  const { rootDirectory, programDirectory, entryPoint } = request.getInfo()?.toObject() ?? {
    rootDirectory: request.getPwd(),
    programDirectory: request.getPwd(),
    entryPoint: request.getProgram(),
  };
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": rootDirectory,
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const args = Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value]));
  if (request.getDryrun()) args.push("--dry-run");
  const env = {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const child = start("run", [...args, entryPoint, ...request.getArgsList()], programDirectory, env, "inherit");
  const code = await ended(child);
  if (code === saidByTheProgram) response.setBail(true);
  else if (code !== 0) response.setError(`the program ended with ${code}`);
  return response;
}

const pluginEntries: Readonly<Record<string, string>> = {
  analyzer: "run-policy-pack",
  resource: "run-plugin",
};

/** Runs a plugin written in TypeScript (a policy pack, a provider) and streams its output, then its exit code. */
async function runPlugin(
  call: Grpc.ServerWritableStream<Messages.RunPluginRequest, Messages.RunPluginResponse>,
): Promise<void> {
  const request = call.request;
  const entry = pluginEntries[request.getKind()];
  if (entry === undefined) {
    throw new Error(`no plugins of kind "${request.getKind()}"; known: ${Object.keys(pluginEntries).join(", ")}`);
  }
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const program = request.getInfo()?.getEntryPoint() ?? ".";
  const own = entry === "run-policy-pack" ? [engineAddress, folder] : [join(folder, program), ...request.getArgsList()];
  const env = Object.fromEntries(request.getEnvList().map((pair) => pair.split(/=(.*)/s) as [string, string]));
  // A policy pack reads its version from the package.json of the folder it runs in.
  const child = start(entry, own, entry === "run-policy-pack" ? folder : request.getPwd(), env, "pipe");
  call.once("cancelled", () => child.kill("SIGTERM"));
  child.stdout?.on("data", (data: Buffer) => call.write(new messages.RunPluginResponse().setStdout(data)));
  child.stderr?.on("data", (data: Buffer) => call.write(new messages.RunPluginResponse().setStderr(data)));
  const code = await ended(child);
  call.write(new messages.RunPluginResponse().setExitcode(typeof code === "number" ? code : 1));
  call.end();
}

/** A call without streams, from a plain function. */
function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return (call: { readonly request: Request }, callback: Grpc.sendUnaryData<Response>): void => {
    Promise.try(() => handle(call.request)).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: String(error) }),
    );
  };
}

const handlers = {
  handshake: answer(() => new messages.LanguageHandshakeResponse()),
  getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
  // Plugins are named in Pulumi.yaml, and the engine learns of others when a resource asks for them.
  getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
  getRequiredPlugins: answer(() => new messages.GetRequiredPluginsResponse()),
  about: answer(() => new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
  run: answer(runProgram),
  runPlugin: (call: Parameters<typeof runPlugin>[0]): void => {
    runPlugin(call).catch((error: unknown) => call.destroy(error as Error));
  },
  cancel: answer(() => {
    stopChildren();
    return new Empty();
  }),
};

/** An engine that was killed sends no farewell: we end with it, and so does the program. */
function endWithTheEngine(channel: Pick<Grpc.Channel, "getConnectivityState" | "watchConnectivityState">): void {
  const state = channel.getConnectivityState(true);
  if (state === grpc.connectivityState.TRANSIENT_FAILURE) {
    stopChildren();
    process.exit(0);
  }
  channel.watchConnectivityState(state, Infinity, () => endWithTheEngine(channel));
}

const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
const server = new grpc.Server(unlimited);
server.addService(LanguageRuntimeService, handlers);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
  endWithTheEngine(new grpc.Client(engineAddress, grpc.credentials.createInsecure()).getChannel());
});
