import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "../watch/until.ts";
import { type Alert, type Running, withAlertmanager } from "./alertmanager.ts";
import { fleet } from "./monitoring.ts";

/** What people read: the templates as a real Alertmanager fills them, by every channel. */

const open = { ...fleet, units: [{ day: { hours: "00:00-24:00" } }] };
const mails: string[] = [];
const mailServer = createServer((socket) => takeMail(socket));
before(async () => {
  mailServer.listen(0, "127.0.0.1");
  await once(mailServer, "listening");
});
after(() => void mailServer.close());

/** As much of SMTP as Alertmanager speaks: RFC 5321 with AUTH PLAIN. */
function takeMail(socket: Socket): void {
  let body: string | undefined;
  let rest = "";
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  // An Alertmanager that is ended hangs up in the midst of it.
  socket.on("error", () => socket.destroy());
  say("220 test");
  socket.setEncoding("utf8").on("data", (data: string) => {
    const lines = (rest + data).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (body !== undefined && line !== ".") body += `${line}\n`;
      else if (body !== undefined) {
        mails.push(body);
        body = undefined;
        say("250 kept");
      } else if (line.startsWith("DATA")) {
        body = "";
        say("354 go on");
      } else if (line.startsWith("EHLO")) say("250-test\r\n250 AUTH PLAIN");
      else if (line.startsWith("AUTH")) {
        const ours = line === `AUTH PLAIN ${Buffer.from("\0ann\0hunter2").toString("base64")}`;
        say(ours ? "235 welcome" : "535 no");
      } else say(line.startsWith("QUIT") ? "221 bye" : "250 well");
    }
  });
}

function withChannels(use: (running: Running) => Promise<void>): Promise<void> {
  const secret = (folder: string, name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const mail = (mailServer.address() as AddressInfo).port;
  return withAlertmanager(
    {
      fleet: open,
      channels: (address, folder) => ({
        day: {
          slack: { urlFile: secret(folder, "slack", `${address}/slack\n`), channel: "#crisis" },
          pagerduty: { routingKeyFile: secret(folder, "pagerduty", "key-of-pagerduty\n") },
          goalert: { url: `${address}/goalert`, tokenFile: secret(folder, "goalert", "token-of-goalert\n") },
          email: { to: ["duty@example.org"] },
        },
        smtp: {
          host: `127.0.0.1:${mail}`,
          from: "deskbridge@example.org",
          user: "ann",
          passwordFile: secret(folder, "mail", "hunter2"),
          tls: false,
        },
      }),
      edits: [["global:\n", "global:\n  pagerduty_url: {address}/pagerduty\n"]],
    },
    use,
  );
}

interface SlackMessage {
  readonly attachments: readonly { readonly title: string; readonly title_link: string; readonly text: string }[];
}

interface PagerDutyEvent {
  readonly routing_key: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: string;
    readonly custom_details: { readonly text: string };
  };
}

/** The first body at an address that is as wanted. */
function body<T>({ told }: Running, to: string, wanted: (body: T) => boolean): Promise<T> {
  return until(`what is wanted at ${to}`, () =>
    told
      .filter((each) => each.to === to)
      .map((each) => each.body as T)
      .find(wanted),
  );
}

async function slack(running: Running, title: string): Promise<SlackMessage["attachments"][number]> {
  const { attachments } = await body<SlackMessage>(running, "slack", (each) => each.attachments[0]?.title === title);
  assert.ok(attachments[0] !== undefined);
  return attachments[0];
}

const started = "2026-11-27T10:00:00Z";
const linkDown = (name: string, more: Readonly<Record<string, string>> = {}): Alert => ({
  labels: {
    alertname: "LinkDown",
    body: "b",
    site: "b/hall",
    link: `b/hall/${name}`,
    gateway: "hub-a",
    severity: "page",
    team: "crisis",
  },
  annotations: {
    summary: `Line b/hall/${name} is down`,
    runbook_url: "https://git.example/runbook.md#linkdown",
    ...more,
  },
  startsAt: started,
});
const whole = linkDown("fibre", {
  description: "Nothing comes back through its tunnel.",
  impact: "Nobody is cut off; 12 desks at b/hall have one line less.",
  carrier: "carrier-a",
  steps: "1. Look at the page.\n2. Ask whether others of carrier-a are down.\n3. Call carrier-a.",
  dashboard_url: "https://grafana.example/d/line?var-link=b/hall/fibre",
});

const wholeText = `Line b/hall/fibre is down
Where: body b, site b/hall, link b/hall/fibre, gateway hub-a
Since 2026-11-27 11:00:00 CET
Touched: Nobody is cut off; 12 desks at b/hall have one line less.
Carrier: carrier-a

Nothing comes back through its tunnel.

First steps:
1. Look at the page.
2. Ask whether others of carrier-a are down.
3. Call carrier-a.

Dashboard: https://grafana.example/d/line?var-link=b/hall/fibre
Runbook: https://git.example/runbook.md#linkdown`;
const title = "LinkDown (page): Line b/hall/fibre is down";

test("one alert says what, where, since when, who is touched, whose line it is and what to do, on every channel", () =>
  withChannels(async (running) => {
    await running.fire(whole);
    const message = await slack(running, title);
    assert.equal(message.text, wholeText);
    assert.equal(message.title_link, "https://grafana.example/d/line?var-link=b/hall/fibre");

    const { routing_key: key, payload } = await body<PagerDutyEvent>(running, "pagerduty", () => true);
    assert.deepEqual(
      [key, payload.summary, payload.severity, payload.custom_details.text],
      ["key-of-pagerduty", title, "critical", wholeText],
    );

    await running.hears("goalert", "firing LinkDown b/hall/fibre");
    assert.equal(running.told.find(({ to }) => to === "goalert")?.authorization, "Bearer token-of-goalert");

    const mail = await until("the mail", () => mails.find((each) => each.includes("fibre")));
    assert.match(mail, /^Subject: LinkDown \(page\): Line b\/hall\/fibre is down$/m);
    assert.ok(mail.replaceAll("=3D", "=").includes(wholeText), mail);
    assert.doesNotMatch(mail, /text\/html/);

    await running.resolve(whole);
    const { text } = await slack(running, `Resolved: ${title}`);
    const expected =
      /^Line b\/hall\/fibre is down\nWhere: .*\nFrom 2026-11-27 11:00:00 CET to \d{4}-.{5} .{8} CES?T: it lasted \d+h\d+m\d+s\nTouched: .*\nCarrier: carrier-a\n\nNothing comes back through its tunnel\.$/;
    assert.match(text, expected);
  }));

test("what an alert lacks is left out", () =>
  withChannels(async (running) => {
    await running.fire({ labels: { alertname: "Bare", severity: "page" }, annotations: { summary: "Something" } });
    const { text, title_link: link } = await slack(running, "Bare (page): Something");
    assert.match(text, /^Something\nSince \d{4}-\d\d-\d\d \d\d:\d\d:\d\d CES?T$/);
    assert.equal(link, undefined);
  }));

test("several alerts are listed, each in a line, with what they have in common; those past the twentieth are counted", () =>
  withChannels(async (running) => {
    const lines = Array.from({ length: 22 }, (_, index) =>
      linkDown(`r${String(index + 1).padStart(2, "0")}`, { impact: `${index + 1} desks.`, carrier: "carrier-b" }),
    );
    await running.fire(...lines);
    const { text } = await slack(running, "22 × LinkDown (page): Line b/hall/r01 is down, and more");
    const line = (n: string, desks: number): string =>
      `- Line b/hall/r${n} is down. Since 2026-11-27 11:00:00 CET. Touched: ${desks} desks. Carrier: carrier-b`;
    assert.ok(text.startsWith(`Burning: 22\n${line("01", 1)}\n${line("02", 2)}\n`), text);
    const end = `${line("20", 20)}\n- and more, 22 in all\n\nRunbook: https://git.example/runbook.md#linkdown`;
    assert.ok(text.endsWith(end), text);

    await running.resolve(...lines.slice(0, 20));
    const mixed = await slack(running, "2 × LinkDown (page): Line b/hall/r21 is down, and more");
    assert.match(
      mixed.text,
      /^Burning: 2\n- Line b\/hall\/r21 .*\n- Line b\/hall\/r22 .*\n\nResolved: 20\n- Line b\/hall\/r01 /,
    );
    assert.match(mixed.text, /r01 is down\. From .* to .*: it lasted \d+h\d+m\d+s\. Touched: 1 desks\. Carrier/);
    await running.resolve(...lines.slice(20));
    await slack(running, "Resolved: 2 × LinkDown (page): Line b/hall/r21 is down, and more");
  }));
