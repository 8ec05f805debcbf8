import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { allDashboards } from "../../../dashboards/grafana/dashboards.ts";
import { publishDashboards } from "../../../scripts/azure/grafana.ts";
import { CommandError } from "../../../scripts/cli.ts";
import { type GrafanaDouble, startGrafana } from "../../doubles/grafana/server.ts";

const dashboards = allDashboards("https://git.example.org/runbook.md");
const all = dashboards.length;
const overview = "deskbridge-overview";
const gateways = "deskbridge-gateways";

describe("dashboards in Managed Grafana", () => {
  let grafana: GrafanaDouble;
  beforeEach(async () => {
    grafana = await startGrafana();
    grafana.roles.set("operator", "Admin");
    grafana.roles.set("looker", "Viewer");
  });
  afterEach(() => grafana.close());

  const publish = (message = "first", bearer = "operator") =>
    publishDashboards(dashboards, {
      origin: grafana.origin,
      message,
      token: ({ scope }) => Promise.resolve(scope.startsWith("ce34e7e5-485f-4d76-964f-b3d2b16d1e4f/") ? bearer : ""),
    });
  const posts = () => grafana.requests.filter((line) => line.startsWith("POST"));
  const refused = (message: RegExp) => (error: unknown) => error instanceof CommandError && message.test(error.message);

  test("all of them come into the folder Deskbridge, as they were rendered", async () => {
    assert.deepEqual(await publish(), { written: all, same: 0 });
    assert.deepEqual([...grafana.folders], [["deskbridge", "Deskbridge"]]);
    assert.deepEqual(
      [...grafana.dashboards.keys()],
      dashboards.map(({ uid }) => uid),
    );
    for (const { folderUid, messages } of grafana.dashboards.values()) {
      assert.deepEqual([folderUid, messages], ["deskbridge", ["first"]]);
    }
    const { id: _id, version: _version, ...saved } = grafana.dashboards.get(overview)?.dashboard ?? {};
    assert.deepEqual(saved, JSON.parse(JSON.stringify(dashboards[0])));
  });

  test("again: nothing is written, and their history tells of no change", async () => {
    await publish();
    const before = posts().length;
    assert.deepEqual(await publish("second"), { written: 0, same: all });
    assert.equal(posts().length, before);
  });

  test("what was changed by hand, or moved, is as it was; somebody's own dashboard is left alone", async () => {
    await publish();
    grafana.save(overview, { title: "Mine" });
    grafana.save(overview, { uid: "a-copy", title: "Copy" });
    assert.deepEqual(await publish("second"), { written: 1, same: all - 1 });
    assert.equal(grafana.dashboards.get(overview)?.dashboard["title"], "Overview");
    assert.deepEqual(grafana.dashboards.get(overview)?.messages, ["first", "by hand", "second"]);
    assert.deepEqual(grafana.dashboards.get("a-copy")?.messages, ["by hand"]);
    assert.deepEqual(grafana.dashboards.get(gateways)?.messages, ["first"]);
    grafana.move(gateways, "elsewhere");
    assert.deepEqual(await publish("third"), { written: 1, same: all - 1 });
    assert.equal(grafana.dashboards.get(gateways)?.folderUid, "deskbridge");
  });

  test("a folder that another run makes meanwhile is taken", async () => {
    grafana.folders.set("deskbridge", "Deskbridge");
    grafana.fail(/^GET \/api\/folders/, { status: 404, body: { message: "folder not found" } });
    assert.deepEqual(await publish(), { written: all, same: 0 });
  });

  for (const [who, bearer, message] of [
    [
      "who may only look",
      "looker",
      /POST \S+\/api\/folders: 403 You'll need .* folders:create; you need the role Grafana/,
    ],
    ["who has no role there", "stranger", /GET \S+: 401 Unauthorized; .* the operators' group of the tenancy file/],
  ] as const) {
    test(`${who} is told what is missing`, async () => {
      await assert.rejects(publish("first", bearer), refused(message));
      assert.deepEqual([...grafana.dashboards.keys()], []);
    });
  }

  test("a page for signing in is no success", async () => {
    grafana.fail(/./, { status: 302, headers: { location: "/login" }, body: "<html>" });
    await assert.rejects(publish(), refused(/GET \S+: 302; you need the role Grafana Admin/));
  });

  test("what Grafana refuses for good is told in its words, and not tried again", async () => {
    const body = { message: "The dashboard has been changed by someone else", status: "version-mismatch" };
    grafana.fail(/dashboards\/db/, { status: 412, body });
    await assert.rejects(publish(), refused(/db: 412 version-mismatch The dashboard has been .* look at the folder/));
    assert.equal(posts().filter((line) => line.endsWith("/db")).length, 1);
    assert.deepEqual(await publish(), { written: all, same: 0 });
  });

  test("what fails in passing is tried again, four times in all", async () => {
    const busy = { status: 503, headers: { "retry-after": "0" }, body: "<html>busy</html>" };
    grafana.fail(/dashboards\/db/, busy, 3);
    assert.deepEqual(await publish(), { written: all, same: 0 });
    assert.deepEqual(grafana.dashboards.get(overview)?.messages, ["first"]);
    grafana.fail(/folders/, { ...busy, status: 502 }, 4);
    await assert.rejects(publish(), refused(/\/api\/folders\/deskbridge: 502$/));
  });

  test("no Grafana, and no token", async () => {
    const options = { message: "", token: () => Promise.resolve("operator") };
    const nowhere = publishDashboards(dashboards, { ...options, origin: "http://127.0.0.1:1" });
    await assert.rejects(nowhere, refused(/ECONNREFUSED|bad port/));
    const token = () => Promise.reject(new Error("nobody is signed in"));
    const unknown = publishDashboards(dashboards, { ...options, origin: grafana.origin, token });
    await assert.rejects(unknown, refused(/^no dashboard was written: nobody is signed in$/));
  });
});
