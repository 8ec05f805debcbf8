import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pacing } from "../../dashboards/pacing.ts";
import { type Alert, withAlertmanager } from "./alertmanager.ts";
import { fleet } from "./monitoring.ts";

/** What a real Alertmanager makes of the routes, beside hand-over: pace, hours, heartbeat, inhibition. */

const siteDown = (site: string): Alert => ({
  labels: { alertname: "SiteDown", body: "b", site: `b/${site}`, severity: "page", team: "crisis" },
});
const linkDown = (link: string): Alert => ({
  labels: {
    alertname: "LinkDown",
    body: "b",
    site: link.split("/").slice(0, 2).join("/"),
    gateway: "hub-a",
    link,
    severity: "page",
    team: "crisis",
  },
});
const ticket = (alertname: string, team: string): Alert => ({
  labels: { alertname, queue: "citizens", severity: "ticket", team },
});
const understaffed = ticket("ContactCentreUnderstaffed", "contact-centre");
const expiring = ticket("CertificateExpires", "crisis");

/** Day at all hours: whose shift it is does not matter here. */
const open = { ...fleet, units: [{ day: { hours: "00:00-24:00" } }] };
/** Tickets without the wait for what belongs together. */
const atOnce = [
  [`group_wait: ${pacing.ticket.group_wait}`, "group_wait: 0s"],
  [`group_interval: ${pacing.ticket.group_interval}`, "group_interval: 1s"],
] as const;

describe("routing", { concurrency: true }, () => {
  test("what is critical is told again sooner, line and site; what is not critical waits", () =>
    withAlertmanager(
      { fleet: open, edits: [[`repeat_interval: ${pacing.critical.repeat_interval}`, "repeat_interval: 1s"]] },
      async ({ fire, hears, to }) => {
        await fire(linkDown("b/hall/fibre"), linkDown("b/hall/radio"), siteDown("desk"));
        await hears("day", "firing LinkDown b/hall/radio");
        await hears("day", "firing SiteDown b/desk");
        await hears("day", "firing LinkDown b/hall/fibre", 30, 3);
        assert.equal(to("day").filter((line) => line.includes("radio")).length, 1);
        assert.equal(to("day").filter((line) => line.includes("SiteDown b/desk")).length, 1);
        await fire(siteDown("hall"));
        await hears("day", "firing SiteDown b/hall", 30, 3);
        assert.equal(to("audit").filter((line) => line === "firing SiteDown b/hall").length, 1);
      },
    ));

  test("the contact centre's tickets wait until it opens; others' do not", () =>
    withAlertmanager({ fleet, zone: { now: "2026-11-30T07:59:50" }, edits: atOnce }, async (running) => {
      const { fire, resolve, hears, to, zone } = running;
      await fire(understaffed, expiring);
      await hears("tickets", "firing CertificateExpires citizens", 10);
      await hears("audit", "firing ContactCentreUnderstaffed citizens", 10);
      const { at } = await hears("contactCentre", "firing ContactCentreUnderstaffed citizens", 60);
      const heardAt = zone?.local(at).slice(11, 19) ?? "";
      assert.ok(heardAt >= "08:00:00", heardAt);
      await resolve(understaffed);
      await hears("contactCentre", "resolved ContactCentreUnderstaffed citizens");
      assert.deepEqual(to("tickets"), ["firing CertificateExpires citizens"]);
    }));

  test("a day on which the contact centre is closed ends at midnight", () => {
    const always = { ...fleet, contactCentre: { hours: "24/7", closures: ["06-24"] } };
    const zone = { now: "2026-06-24T23:59:50" };
    return withAlertmanager({ fleet: always, zone, edits: atOnce }, async ({ fire, hears, zone: placed }) => {
      await fire(understaffed);
      await hears("audit", "firing ContactCentreUnderstaffed citizens", 10);
      const { at } = await hears("contactCentre", "firing ContactCentreUnderstaffed citizens", 60);
      assert.equal(placed?.local(at).slice(0, 10), "2026-06-25");
    });
  });

  test("hours that cannot be read hold no ticket back", () => {
    const unread = { ...fleet, contactCentre: { hours: "Mo-Fr sunrise-sunset", closures: [] } };
    const zone = { now: "2026-11-29T03:00:00" };
    return withAlertmanager({ fleet: unread, zone, edits: atOnce }, async ({ fire, hears }) => {
      await fire(understaffed);
      await hears("contactCentre", "firing ContactCentreUnderstaffed citizens");
    });
  });

  test("the heartbeat comes again within the 3 minutes after which it is missed, to nobody else", () =>
    withAlertmanager({ fleet: open }, async ({ fire, hears, told }) => {
      await fire({ labels: { alertname: "Watchdog", severity: "none" } });
      await hears("heartbeat", "firing Watchdog", 180, 2);
      assert.deepEqual(new Set(told.map(({ to }) => to)), new Set(["heartbeat"]));
    }));

  test("a site that is down keeps its own lines quiet, and no other's", () =>
    withAlertmanager({ fleet: open }, async ({ fire, resolve, hears, to }) => {
      await fire(siteDown("hall"));
      await hears("audit", "firing SiteDown b/hall");
      await fire(linkDown("b/hall/fibre"));
      await fire(linkDown("b/desk/fibre"));
      await hears("audit", "firing LinkDown b/desk/fibre");
      await hears("day", "firing LinkDown b/desk/fibre");
      await resolve(linkDown("b/desk/fibre"));
      await hears("day", "resolved LinkDown b/desk/fibre");
      assert.deepEqual(
        [...to("day"), ...to("audit")].filter((line) => line.includes("b/hall/fibre")),
        [],
      );
      await resolve(siteDown("hall"));
      await hears("day", "firing LinkDown b/hall/fibre");
    }));

  test("what is neither page nor ticket is heard by the audit alone, and so is what has no severity", () =>
    withAlertmanager({ fleet: open }, async ({ fire, hears, told }) => {
      await fire({ labels: { alertname: "Some", severity: "info" } }, { labels: { alertname: "Other" } });
      await hears("audit", "firing Some");
      await hears("audit", "firing Other");
      assert.deepEqual(new Set(told.map(({ to }) => to)), new Set(["audit"]));
    }));
});
