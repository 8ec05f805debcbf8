import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { type Alerts, receiverNames } from "../../dashboards/receivers.ts";
import { renderMonitoring } from "../../dashboards/render.ts";
import type { RoutedFleet } from "../../dashboards/routes.ts";
import { freePort } from "../handshake/servers.ts";
import { until } from "../watch/until.ts";
import { places } from "./monitoring.ts";
import { type PlacedZone, placeZone, type Zone } from "./zone.ts";

/** A real Alertmanager with the rendered configuration, and someone at the other end of its receivers. */

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly startsAt?: string;
}

/** What came to a receiver. */
export interface Told {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Path that it was sent to, without its slash: the receiver's name. */
  readonly to: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
  /** `firing LinkDown b/hall/fibre`, one an alert, where the body is Alertmanager's own. */
  readonly alerts: readonly string[];
}

export interface Running {
  /** Where it answers. */
  readonly api: string;
  readonly told: readonly Told[];
  readonly zone: PlacedZone | undefined;
  /** What came to a receiver, one line an alert. */
  readonly to: (receiver: string) => readonly string[];
  readonly fire: (...alerts: readonly Alert[]) => Promise<void>;
  readonly resolve: (...alerts: readonly Alert[]) => Promise<void>;
  /** Waits until a receiver has been told of it, `times` times; gives the last of them. */
  readonly hears: (receiver: string, line: string, seconds?: number, times?: number) => Promise<Told>;
}

interface Settings {
  readonly fleet: RoutedFleet;
  readonly zone?: Zone;
  /** What stands in the rendered configuration, and what takes its place; `{address}` is the server that takes all. */
  readonly edits?: readonly (readonly [from: string, to: string])[];
  /** What takes the webhooks' place, by the address of that server and a folder for secrets. */
  readonly channels?: (address: string, folder: string) => Partial<Alerts>;
}

/** Runs `use` with an Alertmanager of its own, and ends it. */
export async function withAlertmanager(settings: Settings, use: (running: Running) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-alertmanager-"));
  const told: Told[] = [];
  const server = createServer((request, response) => {
    void take(request).then((each) => {
      told.push(each);
      return response.end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let daemon: ChildProcess | undefined;
  try {
    const zone = settings.zone && placeZone(join(folder, "zones"), settings.fleet.timezone, settings.zone);
    writeConfiguration(folder, settings, address);
    const port = await freePort();
    daemon = startDaemon(folder, port, zone);
    const api = `http://127.0.0.1:${port}`;
    await until(
      "Alertmanager",
      async () => {
        assert.equal(daemon?.exitCode, null, "Alertmanager ended");
        const response = await fetch(`${api}/-/ready`).catch(() => undefined);
        return response?.ok === true ? true : undefined;
      },
      30,
    );
    await use(running(api, told, zone));
  } catch (error) {
    throw new Error(`Alertmanager said:\n${logOf(folder)}`, { cause: error });
  } finally {
    if (daemon !== undefined && daemon.exitCode === null) {
      daemon.kill("SIGKILL");
      await once(daemon, "exit");
    }
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

function logOf(folder: string): string {
  const log = join(folder, "log");
  return existsSync(log) ? readFileSync(log, "utf8") : "";
}

function writeConfiguration(folder: string, { fleet, edits = [], channels }: Settings, address: string): void {
  const webhooks = Object.fromEntries(
    [...receiverNames, "contactCentre"].map((name) => [name, { webhook: `${address}/${name}` }]),
  ) as unknown as Alerts;
  const alerts = { ...webhooks, ...channels?.(address, folder) };
  for (const [name, rendered] of Object.entries(renderMonitoring({ ...fleet, alerts }, places))) {
    const ours = name === "alertmanager.yml" ? edits : [];
    const changed = ours.reduce((current, [from, to]) => {
      assert.ok(current.includes(from), `the configuration no longer holds ${from}`);
      return current.replaceAll(from, to.replaceAll("{address}", address));
    }, rendered);
    writeFileSync(join(folder, name), changed);
  }
}

function startDaemon(folder: string, port: number, zone: PlacedZone | undefined): ChildProcess {
  const log = openSync(join(folder, "log"), "a");
  const words = [
    "--config.file=alertmanager.yml",
    "--storage.path=data",
    "--cluster.listen-address=",
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return spawn("prometheus-alertmanager", words, {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: { ...process.env, TZ: "Europe/Rome", ...(zone === undefined ? {} : { ZONEINFO: zone.folder }) },
  });
}

function running(api: string, told: readonly Told[], zone: PlacedZone | undefined): Running {
  const post = async (alerts: readonly object[]): Promise<void> => {
    const response = await fetch(`${api}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(alerts),
    });
    assert.equal(response.status, 200, await response.text());
  };
  return {
    api,
    told,
    zone,
    to: (receiver) => told.filter(({ to }) => to === receiver).flatMap(({ alerts }) => alerts),
    fire: (...alerts) => post(alerts),
    resolve: (...alerts) => post(alerts.map((alert) => ({ ...alert, endsAt: new Date().toISOString() }))),
    hears: (receiver, line, seconds = 30, times = 1) =>
      until(
        `${receiver} to hear: ${line}`,
        () => told.filter(({ to, alerts }) => to === receiver && alerts.includes(line))[times - 1],
        seconds,
      ),
  };
}

async function take(request: IncomingMessage): Promise<Told> {
  const parsed = (await json(request)) as { readonly alerts?: readonly (Alert & { readonly status: string })[] };
  const alerts = (parsed.alerts ?? []).map(({ status, labels }) => {
    const { alertname = "", site = "", link, queue = "" } = labels;
    return `${status} ${alertname} ${link ?? site}${queue}`.trim();
  });
  const { url = "/", headers } = request;
  return { at: Date.now(), to: url.slice(1), authorization: headers.authorization, body: parsed, alerts };
}
