import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fleet } from "../../../src/fleet/schema.ts";
import { emailReceivers, webhookReceivers } from "../../../stacks/azure/watch/keeper.ts";
import { receiversOf, unreachable } from "../../../stacks/azure/watch/settings.ts";

const webhook = "https://duty.example.org/";
const slack = { urlFile: "/etc/deskbridge/secrets/night" };
const alerts: NonNullable<Fleet["alerts"]> = {
  day: { email: { to: ["duty@example.org", "second@example.org"] } },
  night: { slack },
  tickets: { webhook },
  audit: { webhook },
  heartbeat: { webhook: "http://127.0.0.1:9095/heartbeat", slack },
  smtp: { host: "mail.example.org:587", from: "a@example.org", tls: true },
};

test("the stack's secret address lies over the fleet's, and other channels stay beside it", () => {
  const night = { slack, webhook: "https://x.example/" };
  assert.deepEqual(receiversOf(alerts, { night: "https://x.example/" }), { ...alerts, night });
  assert.deepEqual(receiversOf(alerts, {}), alerts);
  assert.deepEqual(receiversOf(alerts, { contactCentre: webhook }), { ...alerts, contactCentre: { webhook } });
});

test("whoever has a channel that leads out of the machine is reached", () => {
  assert.deepEqual(unreachable(alerts), []);
  assert.deepEqual(unreachable({ ...alerts, night: { webhook: "http://localhost:9095/night" } }), ["night"]);
  const own = { webhook: "http://127.0.0.1:9095/contact-centre" };
  assert.deepEqual(unreachable({ ...alerts, contactCentre: own }), ["contactCentre"]);
});

test("Azure itself tells day and night by webhook and mail, the only channels of ours that it knows", () => {
  assert.deepEqual(webhookReceivers(alerts), []);
  assert.deepEqual(
    emailReceivers(alerts).map(({ name, emailAddress }) => [name, emailAddress]),
    [
      ["day-1", "duty@example.org"],
      ["day-2", "second@example.org"],
    ],
  );
  assert.deepEqual(webhookReceivers({ ...alerts, night: { slack, webhook } }), [
    { name: "night", serviceUri: webhook, useCommonAlertSchema: true },
  ]);
  assert.deepEqual([webhookReceivers(undefined), emailReceivers(undefined)], [[], []]);
});
