import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where a lab keeps its things and what it calls them. Two labs with other folders, prefixes and ports live side by side. */
export interface LabSettings {
  /** Folder that holds `.deskbridge` and `.lab`. */
  readonly state: string;
  /** `.lab`: the daemons' files, host keys, the lab's own authority. */
  readonly root: string;
  /** Begins the name of every namespace the lab makes. */
  readonly prefix: string;
  /** Pages on 127.0.0.1 of the machine itself. */
  readonly ports: {
    readonly exporter: number;
    readonly prometheus: number;
    readonly alertmanager: number;
    readonly receiver: number;
  };
  /** LiveKit's server, where set-up keeps it. */
  readonly livekit: string;
}

export const projectRoot = resolve(import.meta.dirname, "../..");

/** Of LiveKit's server, as scripts/livekit/go.mod pins it. */
export const livekitVersion = "1.13.5";

const defaultPorts = { exporter: 9720, prometheus: 9090, alertmanager: 9093, receiver: 9095 } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads DESKBRIDGE_STATE, DESKBRIDGE_LAB_PREFIX (1 to 4 letters) and DESKBRIDGE_PORT_EXPORTER, …_PROMETHEUS,
 * …_ALERTMANAGER, …_RECEIVER. Throws an Error that names the variable and the value.
 */
export function labSettings(environment: Environment): LabSettings {
  const state = resolve(environment["DESKBRIDGE_STATE"] ?? projectRoot);
  const prefix = environment["DESKBRIDGE_LAB_PREFIX"] ?? "db";
  if (!/^[a-z]{1,4}$/.test(prefix)) {
    throw new Error(`DESKBRIDGE_LAB_PREFIX is "${prefix}"; it must be one to four lower-case letters`);
  }
  const port = (name: keyof typeof defaultPorts): number => {
    const variable = `DESKBRIDGE_PORT_${name.toUpperCase()}`;
    const text = environment[variable];
    if (text === undefined) return defaultPorts[name];
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 65535) {
      throw new Error(`${variable} is "${text}"; it must be a port from 1 to 65535`);
    }
    return value;
  };
  return {
    state,
    root: join(state, ".lab"),
    prefix,
    ports: {
      exporter: port("exporter"),
      prometheus: port("prometheus"),
      alertmanager: port("alertmanager"),
      receiver: port("receiver"),
    },
    livekit: join(livekitFolder(environment), "bin", "livekit-server"),
  };
}

/** Beside the Pulumi engine, outside the checkout; its version stands in its name. */
export function livekitFolder(environment: Environment): string {
  const home = environment["PULUMI_HOME"] ?? join(environment["HOME"] ?? homedir(), ".pulumi");
  return join(resolve(home), "deskbridge", `livekit-server-${livekitVersion}`);
}

/** Folder of what outlives a lab: the default Pulumi backend, the passphrase, caches. */
export function deskbridgeFolder(settings: LabSettings): string {
  return join(settings.state, ".deskbridge");
}

export function passphraseFile(settings: LabSettings): string {
  return join(deskbridgeFolder(settings), "passphrase");
}
