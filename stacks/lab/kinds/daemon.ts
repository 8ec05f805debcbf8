import { createHash, X509Certificate } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { endProcesses, isStopped } from "../processes.ts";
import { ask, launch, run } from "../run.ts";
import { type LabSettings, projectRoot } from "../settings.ts";
import { openLabAuthority } from "./authority.ts";
import { type DaemonKey, ensureKey, keyServes } from "./daemon-key.ts";
import type { Kind } from "./kind.ts";
import { operatorPublicKey } from "./operator.ts";

/**
 * A file of a daemon; `{dir}`, `{lab}`, `{state}`, `{project}`, `{node}` and `{livekit}` in it stand for paths, `{operator}`
 * for the operator's public key.
 */
export interface DaemonFile {
  readonly path: string;
  readonly text: string;
  readonly executable?: boolean;
  /** A change of it is taken up without a restart: by `load`, or by the daemon itself. */
  readonly loads?: boolean;
}

/** A certificate and key that the lab's authority gives the daemon, by their paths in its folder. */
export interface DaemonCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly kind: "gateway" | "site" | "server";
  readonly commonName: string;
  readonly addresses?: readonly string[];
  readonly dnsNames?: readonly string[];
}

/** How to know that a daemon serves: a unix socket of its own that answers, a port it listens on, or just that it runs. */
export type Readiness =
  | { readonly socket: string }
  | { readonly runs: true }
  | { readonly tcp: number }
  | { readonly udp: number };

/** A real program that the lab runs in a namespace (or in the machine's own, where none is named). */
export interface DaemonProps {
  readonly name: string;
  readonly namespace?: string;
  readonly argv: readonly string[];
  readonly files: readonly DaemonFile[];
  readonly certificates: readonly DaemonCertificate[];
  /** Files of keys, each made once, by their paths in its folder. */
  readonly keys?: readonly DaemonKey[];
  readonly ready: Readiness;
  /** Commands that are run once it is ready, and again when files that it `loads` changed. */
  readonly load?: readonly (readonly string[])[];
}

const marker = "DESKBRIDGE_DAEMON";
const digestMarker = "DESKBRIDGE_DIGEST";
const certificateDays = 90;
const renewBefore = 30 * 86_400_000;

export const daemonKind: Kind<DaemonProps> = {
  check: (wanted) => (wanted.argv.length > 0 ? [] : [{ property: "argv", reason: "a daemon needs a program" }]),
  identity: (wanted) => wanted.name,
  replaceOn: ["name", "namespace"],

  observe(wanted, lab) {
    const folder = daemonFolder(lab, wanted.name);
    if (!existsSync(folder)) return Promise.resolve("absent");
    const drift = wanted.files
      .filter((file) => content(join(folder, file.path)) !== fill(file.text, lab, folder))
      .map((file) => `its file ${file.path} differs`);
    drift.push(
      ...wanted.certificates
        .filter((each) => !certificateServes(folder, each, lab))
        .map((each) => `its certificate ${each.certificate} is missing, foreign or near its end`),
    );
    drift.push(
      ...(wanted.keys ?? [])
        .filter((each) => !keyServes(folder, each))
        .map((each) => `its key ${each.path} is missing or not its owner's alone`),
    );
    const leader = leaders(lab, wanted.name)[0];
    if (leader === undefined) drift.push("it is not running");
    else if (isStopped(leader.pid)) drift.push("it is stopped");
    else if (!hasSocket(wanted, lab, folder)) drift.push("its socket is gone");
    else if (!hasLoaded(wanted, folder, leader)) drift.push("it has not loaded its configuration");
    return Promise.resolve(drift);
  },

  async ensure(wanted, lab) {
    const folder = daemonFolder(lab, wanted.name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const written = wanted.files.filter((file) =>
      writeIfOther(join(folder, file.path), fill(file.text, lab, folder), file.executable === true ? 0o755 : 0o644),
    );
    const renewed = await ensureCertificates(wanted, lab, folder);
    const made = (wanted.keys ?? []).filter((each) => ensureKey(folder, each)).length > 0;
    const outdated = renewed || made || written.some((file) => file.loads !== true);
    const running = leaders(lab, wanted.name);
    const argv = commandLine(wanted, lab, folder);
    const digest = createHash("sha256").update(JSON.stringify(argv)).digest("hex");
    const [leader] = running;
    const sound =
      running.length === 1 && leader !== undefined && !isStopped(leader.pid) && hasSocket(wanted, lab, folder);
    const keeps = sound && leader.digest === digest && !outdated;
    if (!keeps) {
      await stop(lab, wanted.name);
      if ("socket" in wanted.ready) rmSync(fill(wanted.ready.socket, lab, folder), { force: true });
      await start(wanted, lab, folder, argv, digest);
    }
    const serving = keeps ? leader : leaders(lab, wanted.name)[0];
    if (serving !== undefined && !hasLoaded(wanted, folder, serving)) {
      for (const command of wanted.load ?? []) await run(command.map((word) => fill(word, lab, folder)));
      writeIfOther(join(folder, loadedFile), loadedBy(wanted, serving), 0o644);
    }
    return {};
  },

  async remove(wanted, lab) {
    await stop(lab, wanted.name);
    rmSync(daemonFolder(lab, wanted.name), { recursive: true, force: true });
  },
};

export function daemonFolder(lab: LabSettings, name: string): string {
  return join(lab.root, "daemons", name);
}

interface Marked {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly digest: string;
}

/**
 * Every process of this lab, found by the mark in its environment, which it cannot lose or inherit from another lab:
 * no pid files, so none is stale after a crash of ours.
 */
export function markedProcesses(lab: LabSettings): readonly Marked[] {
  const found: Marked[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, "latin1");
      const start = environment.indexOf(`${marker}=${lab.root}:`);
      if (start < 0) continue;
      const value = environment
        .slice(start, environment.indexOf("\0", start))
        .slice(marker.length + lab.root.length + 2);
      const digest = new RegExp(`${digestMarker}=([0-9a-f]+)`).exec(environment)?.[1] ?? "";
      const stat = readFileSync(`/proc/${entry}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") continue;
      found.push({ pid: Number(entry), parent: Number(fields[1]), name: value, digest });
    } catch {
      // ended while we looked
    }
  }
  return found;
}

/** The first process of each running copy of a daemon. */
export function leaders(lab: LabSettings, name: string): readonly Marked[] {
  const marked = markedProcesses(lab).filter((each) => each.name === name);
  const pids = new Set(marked.map((each) => each.pid));
  return marked.filter((each) => !pids.has(each.parent));
}

async function stop(lab: LabSettings, name: string): Promise<void> {
  const pids = (): number[] =>
    markedProcesses(lab)
      .filter((each) => each.name === name)
      .map((each) => each.pid);
  await endProcesses(leaders(lab, name).map((each) => each.pid));
  await endProcesses(pids());
}

function commandLine(wanted: DaemonProps, lab: LabSettings, folder: string): readonly string[] {
  const own = wanted.argv.map((word) => fill(word, lab, folder));
  return wanted.namespace === undefined ? own : ["ip", "netns", "exec", wanted.namespace, ...own];
}

async function start(
  wanted: DaemonProps,
  lab: LabSettings,
  folder: string,
  argv: readonly string[],
  digest: string,
): Promise<void> {
  if ("socket" in wanted.ready) refuseLongSocket(fill(wanted.ready.socket, lab, folder));
  const logFile = join(folder, "log");
  const log = openSync(logFile, "w", 0o600);
  try {
    await launch(argv, {
      cwd: folder,
      log,
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: folder,
        LANG: "C.UTF-8",
        STRONGSWAN_CONF: join(folder, "strongswan.conf"),
        DESKBRIDGE_STATE: lab.state,
        DESKBRIDGE_LAB_PREFIX: lab.prefix,
        [marker]: `${lab.root}:${wanted.name}`,
        [digestMarker]: digest,
      },
    });
  } finally {
    closeSync(log);
  }
  for (let waited = 0; waited < 30_000; waited += 25) {
    if (leaders(lab, wanted.name).length === 0 && waited > 200) throw notServing(wanted.name, "ended at once", logFile);
    if (await isReady(wanted, lab, folder)) return;
    await after(25);
  }
  throw notServing(wanted.name, "did not serve within 30 s", logFile);
}

/** The kernel cuts off longer ones, and a daemon then listens where nobody looks. */
function refuseLongSocket(path: string): void {
  const most = 107;
  if (path.length <= most) return;
  throw new Error(
    `the socket ${path} has ${path.length} characters and the kernel takes ${most}: ` +
      "keep the project in a shorter path, or set DESKBRIDGE_STATE to a folder with one",
  );
}

function notServing(name: string, what: string, logFile: string): Error {
  const tail = (content(logFile) ?? "").trim().split("\n").slice(-6).join("\n  ");
  return new Error(`${name} ${what}; its log ends:\n  ${tail}`);
}

async function isReady(wanted: DaemonProps, lab: LabSettings, folder: string): Promise<boolean> {
  const { ready } = wanted;
  if ("runs" in ready) return leaders(lab, wanted.name).length > 0;
  if ("socket" in ready) return answers(fill(ready.socket, lab, folder));
  const [option, port] = "tcp" in ready ? ["-Hltn", ready.tcp] : ["-Hlun", ready.udp];
  const inside = wanted.namespace === undefined ? [] : ["ip", "netns", "exec", wanted.namespace];
  const text = await ask([...inside, "ss", option, `sport = :${port}`]);
  return text !== undefined && text.trim() !== "";
}

/** Tells what was last loaded, and by which process: an `up` that is killed before it has is completed by the next. */
const loadedFile = "loaded";

function hasLoaded(wanted: DaemonProps, folder: string, leader: Marked): boolean {
  return wanted.load === undefined || content(join(folder, loadedFile)) === loadedBy(wanted, leader);
}

function loadedBy({ load, files }: DaemonProps, { pid }: Marked): string {
  const texts = files.filter((file) => file.loads === true).map(({ text }) => text);
  return createHash("sha256")
    .update(JSON.stringify([pid, load, texts]))
    .digest("hex");
}

function hasSocket(wanted: DaemonProps, lab: LabSettings, folder: string): boolean {
  return !("socket" in wanted.ready) || existsSync(fill(wanted.ready.socket, lab, folder));
}

function answers(path: string): Promise<boolean> {
  return new Promise((fulfil) => {
    const socket = connect(path);
    const end = (answer: boolean): void => {
      socket.destroy();
      fulfil(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

async function ensureCertificates(wanted: DaemonProps, lab: LabSettings, folder: string): Promise<boolean> {
  let changed = false;
  for (const each of wanted.certificates) {
    if (certificateServes(folder, each, lab)) continue;
    const authority = await openLabAuthority(lab);
    const issued = await authority.issue({
      kind: each.kind,
      commonName: each.commonName,
      days: certificateDays,
      addresses: [...(each.addresses ?? [])],
      dnsNames: [...(each.dnsNames ?? [])],
    });
    writeIfOther(join(folder, each.key), issued.keyPem, 0o600);
    writeIfOther(join(folder, each.certificate), issued.certificatePem, 0o644);
    changed = true;
  }
  return changed;
}

function certificateServes(folder: string, wanted: DaemonCertificate, lab: LabSettings): boolean {
  const text = content(join(folder, wanted.certificate));
  const root = content(join(lab.root, "authority", "ca.pem"));
  if (text === undefined || root === undefined || !existsSync(join(folder, wanted.key))) return false;
  try {
    const certificate = new X509Certificate(text);
    const fresh = certificate.validToDate.getTime() - Date.now() > renewBefore;
    return (
      fresh &&
      (wanted.dnsNames ?? []).every((name) => certificate.checkHost(name) !== undefined) &&
      (wanted.addresses ?? []).every((address) => certificate.checkIP(address) !== undefined) &&
      certificate.subject.includes(`CN=${wanted.commonName}`) &&
      certificate.verify(new X509Certificate(root).publicKey)
    );
  } catch {
    return false;
  }
}

function fill(text: string, lab: LabSettings, folder: string): string {
  return text
    .replaceAll("{dir}", folder)
    .replaceAll("{lab}", lab.root)
    .replaceAll("{state}", lab.state)
    .replaceAll("{livekit}", lab.livekit)
    .replaceAll("{project}", projectRoot)
    .replaceAll("{node}", process.execPath)
    .replaceAll("{operator}", () => operatorPublicKey(lab));
}

function content(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a killed write leaves the old file. Gives whether it differed. */
export function writeIfOther(path: string, text: string, mode: number): boolean {
  if (content(path) === text) return false;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, path);
  return true;
}
