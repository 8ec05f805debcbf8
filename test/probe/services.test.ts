import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveReports } from "../../src/exporter/reports.ts";
import { ReportStore } from "../../src/exporter/store.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import { type Prober, startProber } from "../../src/probe/prober.ts";
import { folderOf, freePort, remove, type Running } from "../handshake/servers.ts";
import { xrdp } from "../handshake/xrdp.ts";
import { madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";
import { type Made, selfSigned } from "./methods/certificates.ts";

/** The prober in the hub, from the inventory to what the exporter hears, with web servers and a desktop on loopback. */

const address = "127.0.0.1";
const store = new ReportStore();
const servers: Server[] = [];
const status = { forms: 200, archive: 200 };
let folder: string;
let made: Made;
let old: Made;
let desktop: Running;
let prober: Prober;
let reports: { close(): Promise<void> };

async function serve(listener: RequestListener, certificate?: Made): Promise<number> {
  const server =
    certificate === undefined
      ? createServer(listener)
      : createTlsServer({ cert: certificate.certificatePem, key: certificate.keyPem }, listener);
  servers.push(server.listen(0, address));
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

before(async () => {
  folder = await folderOf("prober-services");
  made = await selfSigned(folder, "archive.example", 30);
  old = await selfSigned(folder, "old.example", -1);
  const forms = await serve((_, response) => response.writeHead(status.forms).end());
  const archive = await serve((_, response) => response.writeHead(status.archive).end(), made);
  const expired = await serve((_, response) => response.end(), old);
  const service = (id: string, url: string, ca?: string) => ({
    id,
    name: id,
    url,
    address,
    ...(ca === undefined ? {} : { ca }),
  });
  const services = [
    service("forms", `http://forms.example:${forms}/`),
    service("archive", `https://archive.example:${archive}/`, "archive.example.crt"),
    service("old", `https://old.example:${expired}/`, "old.example.crt"),
    service("unasked", `https://archive.example:${archive}/`, "gone.pem"),
    service("nobody", `http://nobody.example:${await freePort()}/`),
  ];
  desktop = await xrdp(folder, "tls", made.certificate, made.key);
  const inventory = madeInventory({ services, hosts: [{ name: "h-1", address }] });
  const hosts = inventory.hosts.map((host) => ({ ...host, ports: { ssh: 22, rdp: desktop.port } }));
  await writeFile(join(folder, "inventory.json"), JSON.stringify({ ...inventory, hosts }));
  reports = await serveReports(join(folder, "reports.sock"), store, () => undefined);
  prober = startProber({
    vantage: "hub",
    inventory: join(folder, "inventory.json"),
    report: join(folder, "reports.sock"),
    labRoot: folder,
    kinds: {
      ...probeKinds,
      service: { ...probeKinds.service, intervalMs: 200 },
      host: { ...probeKinds.host, method: "rdp" },
    },
    note: () => undefined,
  });
});
after(async () => {
  await prober.stop();
  await reports.close();
  await desktop.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await remove(folder);
});

const known = (id: string) => store.record("hub", "service", id);
const becomes = (id: string, up: 0 | 1) =>
  until(`${id} to be ${up}`, () => (known(id)?.up === up ? known(id) : undefined));
const seconds = (date: string) => Date.parse(date) / 1000;

test("by HTTP and by HTTPS, each service is told as what it is", async () => {
  const forms = await becomes("forms", 1);
  assert.deepEqual([forms.status, forms.certificateEnds], [200, undefined]);
  assert.ok((forms.rtt ?? 0) > 0);
  const archive = await becomes("archive", 1);
  assert.deepEqual([archive.status, archive.certificateEnds], [200, seconds(made.notAfter)]);
  const expired = await becomes("old", 0);
  assert.deepEqual([expired.status, expired.certificateEnds], [0, seconds(old.notAfter)]);
  assert.equal((await becomes("nobody", 0)).status, 0);
  const unasked = known("unasked");
  assert.deepEqual([unasked?.up, unasked?.attempts, unasked?.status], [null, 0, undefined]);
  assert.match(unasked?.unprobed ?? "", /^its authority's file \S+gone\.pem: ENOENT/);
});

test("a log-in page is an answer, a server's own failure is none; what was seen of the certificate stays", async () => {
  status.forms = 401;
  await until("its status", () => (known("forms")?.status === 401 ? true : undefined));
  assert.equal(known("forms")?.up, 1);
  status.archive = 503;
  const failed = await becomes("archive", 0);
  assert.deepEqual([failed.status, failed.certificateEnds], [503, seconds(made.notAfter)]);
  status.archive = 200;
  assert.equal((await becomes("archive", 1)).transitions, 2);
});

test("a host that is asked by RDP is told with its certificate's end", async () => {
  const record = () => store.record("hub", "host", "h-1");
  await until("its verdict", () => (record()?.up === 1 ? true : undefined));
  assert.deepEqual([record()?.certificateEnds, record()?.status], [seconds(made.notAfter), undefined]);
});
