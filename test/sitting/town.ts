import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Temporal } from "temporal-polyfill";
import { livekitProvider, type LivekitProvider } from "../../src/rollout/licences/livekit.ts";
import type { Past } from "../link/past.ts";
import { makeKey, publicKey, type Sshd, sshd } from "../rollout/ssh/servers.ts";
import { type Livekit, livekit } from "./livekit.ts";

/** A town with three desks, of which two are of the council, and a PC whose site has two lines; all by real servers. */

const root = resolve(import.meta.dirname, "../..");
const people = [
  "person,account,body,desk,groups",
  "Anna Bianchi,anna@comune.example,comune,comune-office-00001,council",
  "Bruno Conti,bruno@comune.example,comune,comune-pcs-00001,council",
  "Carla Ferri,carla@comune.example,comune,comune-office-00002,",
  "",
];

export interface Town {
  readonly folder: string;
  /** Where the desks' logins begin. */
  readonly home: string;
  readonly server: Livekit;
  readonly provider: LivekitProvider;
  /** When its sitting begins, milliseconds since 1970. */
  readonly start: number;
  readonly room: string;
  /** `deskbridge sitting …` there. */
  sitting(prometheus: string, ...args: readonly string[]): Promise<Ended>;
  /** The same without what the desks are reached by. */
  plain(...args: readonly string[]): Promise<Ended>;
  stop(): Promise<void>;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function makeTown(folder: string): Promise<Town> {
  const server = await livekit(folder);
  const key = await makeKey(join(folder, "operator"));
  const desks = await sshd(folder, "desks", { allow: [await publicKey(key)] });
  const state = join(folder, "state");
  mkdirSync(join(state, ".deskbridge/lab"), { recursive: true });
  const begins = Temporal.Now.zonedDateTimeISO("Europe/Rome")
    .add({ minutes: 30 })
    .with({ second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
  const [date, at] = [begins.toPlainDate().toString(), begins.toPlainTime().toString({ smallestUnit: "minute" })];
  writeFileSync(join(folder, "people.csv"), people.join("\n"));
  writeFileSync(join(folder, "fleet.yaml"), fleetText(date, at));
  writeFileSync(join(folder, "inventory.json"), JSON.stringify(inventoryOf(desks)));
  writeFileSync(join(folder, "credentials.json"), JSON.stringify({ url: server.url, ...server.key }), { mode: 0o600 });
  const run = async (...args: readonly string[]): Promise<Ended> => {
    const words = ["scripts/deskbridge.ts", "sitting", ...args, "--fleet", join(folder, "fleet.yaml")];
    const env = { ...process.env, DESKBRIDGE_STATE: state };
    const child = spawn(process.execPath, words, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { status: child.exitCode, stdout, stderr };
  };
  const places = ["--inventory", "inventory.json", "--credentials", "credentials.json", "--key", "operator"];
  const reach = places.map((word) => (word.startsWith("--") ? word : join(folder, word)));
  return {
    folder,
    home: join(folder, "desks/home"),
    server,
    provider: livekitProvider({
      url: server.url,
      key: server.key,
      ledger: join(state, ".deskbridge/lab/seats.json"),
      seats: 3,
    }),
    start: begins.epochMilliseconds,
    room: `sitting-giunta-${date}`,
    sitting: (prometheus, ...args) => run(...args, ...reach, "--user", "root", "--prometheus", prometheus),
    plain: run,
    stop: async () => {
      await server.stop();
      await desks.stop();
    },
  };
}

function fleetText(date: string, at: string): string {
  return `version: 1
name: town
access: { instances: 1 }
stages: [{ name: now, date: 2020-03-09, desks: 3, seats: 3 }]
bodies:
  - id: comune
    name: Comune
    seats: 3
    pools:
      - { id: office, share: 1, kind: personal, class: light }
      - { id: pcs, desks: 1, kind: physical, site: town }
    sites:
      - id: town
        links:
          - { id: fibre, carrier: carrier-a, mbps: 100 }
          - { id: radio, carrier: carrier-b, mbps: 50 }
videoconference:
  provider: livekit
  people: people.csv
  protect: [council]
  sittings:
    - { id: giunta, title: "The board", date: ${date}, at: "${at}", minutes: 60, people: 8, host: council }
`;
}

function inventoryOf({ port, hostKeys }: Sshd) {
  const host = (name: string, pool: string) => ({
    name,
    address: "127.0.0.1",
    pool,
    ports: { ssh: port, rdp: 3389 },
    hostKeys,
  });
  const line = (id: string, carrier: string) => ({
    id: `comune/town/${id}`,
    body: "comune",
    site: "comune/town",
    carrier,
    mbps: 100,
    critical: false,
    instance: "hub-a",
    address: "127.0.0.1",
  });
  const pool = { body: "comune", range: "127.0.0.0/24", desksPerHost: 1 };
  return {
    fleet: "town",
    stage: "now",
    target: "lab",
    stacks: [],
    links: [line("fibre", "carrier-a"), line("radio", "carrier-b")],
    pools: [
      { id: "comune/office", kind: "personal", ...pool },
      { id: "comune/pcs", kind: "physical", site: "comune/town", ...pool },
    ],
    hosts: [host("anna-host", "comune/office"), host("carla-host", "comune/office"), host("bruno-host", "comune/pcs")],
    desks: [
      { id: "comune-office-00001", host: "anna-host" },
      { id: "comune-office-00002", host: "carla-host" },
      { id: "comune-pcs-00001", host: "bruno-host" },
    ],
  };
}

/** What the watch saw in the last five minutes, and goes on seeing for half an hour. */
export function pastOf(downLines: readonly string[]): Past {
  const desks = ["comune-office-00001", "comune-office-00002", "comune-pcs-00001"];
  return {
    from: Math.floor(Date.now() / 1000) * 1000 - 300_000,
    seconds: 2100,
    series: [
      ...desks.map((desk) => ({
        series: `deskbridge_desk_up{desk="${desk}",vantage="hub"}`,
        every: 15,
        value: () => 1,
      })),
      ...["fibre", "radio"].map((id) => ({
        series: `link:deskbridge_up:max{link="comune/town/${id}"}`,
        every: 15,
        value: () => (downLines.includes(id) ? 0 : 1),
      })),
    ],
  };
}
