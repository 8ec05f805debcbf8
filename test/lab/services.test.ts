import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../src/plan/plan.ts";
import { serviceEntries, servicesDaemon } from "../../stacks/lab/config/services.ts";
import { topology } from "../../stacks/lab/topology.ts";
import { small } from "../plan/fleet.ts";

const pool = { id: "p", share: 1, kind: "personal", class: "light" } as const;
const urls = {
  documents: "https://documents.example/",
  forms: "http://forms.example/start?x=1",
  archive: "https://archive.example:8443/",
  old: "https://192.0.2.7/",
};
const services = Object.entries(urls).map(([id, url]) => ({ id, name: id, url }));
const map = topology(plan(small(10, [{ id: "a", name: "A", pools: [pool] }], { services })), "dbx");

test("each service stands at an address of its own, by its URL's protocol and port, in its URL's name", () => {
  const { files, certificates, namespace } = servicesDaemon(map);
  const list = JSON.parse(files[0]?.text ?? "") as { listen: { host: string; port: number }; tls?: object }[];
  const entries = serviceEntries(map);
  assert.equal(namespace, map.hub);
  assert.deepEqual(
    list.map(({ listen }) => listen.port),
    [443, 80, 8443, 443],
  );
  assert.deepEqual(
    list.map(({ listen }) => listen.host),
    entries.map(({ address }) => address),
  );
  assert.equal(new Set(entries.map(({ address }) => address)).size, 4);
  assert.deepEqual(
    entries.map(({ url, ca }) => [url, ca]),
    Object.values(urls).map((url) => [url, url.startsWith("https:") ? "authority/ca.pem" : undefined]),
  );
  assert.deepEqual(
    list.map(({ tls }) => tls !== undefined),
    [true, false, true, true],
  );
  assert.deepEqual(
    certificates.map(({ commonName, dnsNames, addresses }) => [commonName, dnsNames, addresses]),
    [
      ["documents", ["documents.example"], undefined],
      ["archive", ["archive.example"], undefined],
      ["old", undefined, ["192.0.2.7"]],
    ],
  );
});

test("a tool of the contact centre stands there too, whatever its name is", () => {
  const tool = { name: "E-learning ".repeat(10), url: "https://tools.example/" };
  const queue = { id: `q${"-schools".repeat(4)}`, calls: 1, per: "day" as const, handle: "60s", tools: [tool] };
  const centre = {
    number: "800",
    hours: "Mo-Fr 08:00-20:00",
    target: { answered: 0.8, within: "20s" },
    queues: [queue],
  };
  const fleet = small(10, [{ id: "a", name: "A", pools: [pool] }], { contactCentre: centre });
  const withTool = topology(plan(fleet), "dbx");
  const [certificate] = servicesDaemon(withTool).certificates;
  const [entry] = serviceEntries(withTool);
  assert.match(certificate?.commonName ?? "", /^q(-schools){4}\.e-learning[a-z-]*$/);
  assert.ok((certificate?.commonName.length ?? 99) <= 64);
  assert.deepEqual(
    [entry?.queue, entry?.id.startsWith(`${queue.id}/e-learning`), certificate?.certificate],
    [queue.id, true, `${entry?.id}/own.crt`],
  );
});
