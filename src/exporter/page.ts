import { escapeHtml, type Page, renderTable, type Row } from "../html.ts";
import { type TargetKind, type TargetRecord, vantageIds } from "../report.ts";
import { shardText } from "../shard.ts";
import { neverProbed, type ReportStore } from "./store.ts";
import { vantageOf, type WatchedFleet } from "./watched.ts";

export interface Moment {
  readonly store: ReportStore;
  /** Seconds since 1970. */
  readonly now: number;
}

const refreshSeconds = 5;
/** Results older than this many intervals, and this many seconds, are shown as old. */
const staleAfter = { intervals: 3, seconds: 5 } as const;

/** The exporter's first page: bodies, gateways, sites, lines and services, each with its state and since when. */
export function overviewPage(fleet: WatchedFleet | undefined, moment: Moment): Page {
  if (fleet === undefined) {
    return { title: "Deskbridge", main: "<h1>Deskbridge</h1>\n<p>No inventory has been read yet.</p>", refreshSeconds };
  }
  const { inventory } = fleet;
  const down = downCounts(fleet, moment.store);
  const main = [
    `<h1>${escapeHtml(inventory.fleet)}</h1>`,
    `<p role="status"><strong>${summary(down)}</strong></p>`,
    ...(fleet.shard.count === 1
      ? []
      : [`<p>Part ${shardText(fleet.shard)} of the fleet: the rest is not shown here.</p>`]),
    `<p class="dim">Stage ${escapeHtml(inventory.stage)}, target ${inventory.target}, ${time(moment.now)} UTC;`,
    `this page renews itself every ${refreshSeconds} seconds.</p>`,
    probing(fleet, moment),
    bodies(fleet, moment.store),
    gateways(fleet, moment),
    links(fleet, moment),
    ...(inventory.services.length === 0 ? [] : [services(fleet, moment)]),
  ];
  return {
    title: `${down.links + down.sites + down.gateways + down.services > 0 ? "DOWN " : ""}${inventory.fleet}`,
    main: main.join("\n"),
    refreshSeconds,
  };
}

interface Down {
  readonly gateways: number;
  readonly sites: number;
  readonly links: number;
  readonly services: number;
  readonly desks: number;
}

function downCounts(fleet: WatchedFleet, store: ReportStore): Down {
  const isDown = (record: TargetRecord | undefined): boolean => record?.up !== 1 && !neverProbed(record);
  const count = (kind: TargetKind, ids: readonly string[]): number =>
    ids.filter((id) => isDown(store.record(vantageOf[kind], kind, id))).length;
  const ids = (watched: readonly { readonly id: string }[]): readonly string[] => watched.map(({ id }) => id);
  return {
    gateways: count("gateway", ids(fleet.gateway)),
    sites: count("site", ids(fleet.site)),
    links: count("link", ids(fleet.link)),
    services: count("service", ids(fleet.service)),
    desks: count(
      "host",
      fleet.desk.map(({ host }) => host),
    ),
  };
}

function summary(down: Down): string {
  const parts = Object.entries(down).flatMap(([what, count]) =>
    count === 0 ? [] : [`${count.toLocaleString("en")} ${count === 1 ? what.slice(0, -1) : what} down`],
  );
  return parts.length === 0 ? "All gateways, sites, links, services and desks are up." : `${parts.join(", ")}.`;
}

function probing(fleet: WatchedFleet, { store, now }: Moment): string {
  const stale = (Object.keys(vantageOf) as TargetKind[]).flatMap((kind) => {
    if (fleet[kind].length === 0) return [];
    const report = store.kind(vantageOf[kind], kind);
    if (report === undefined || report.lastRun === 0)
      return [`no ${kind} has been probed yet (prober at ${vantageOf[kind]})`];
    const age = now - report.lastRun;
    const limit = Math.max(staleAfter.intervals * report.interval, staleAfter.seconds);
    return age > limit ? [`${kind}s were last probed ${Math.round(age)} s ago: what is shown of them is old`] : [];
  });
  const cut = vantageIds
    .filter((vantage) => store.way(vantage) === 0)
    .map((vantage) => `the own line of the vantage point ${vantage} is cut: what it watches keeps its last state`);
  const said = [...cut, ...stale];
  return said.length === 0 ? "" : `<p role="alert" class="state down">${escapeHtml(said.join("; "))}.</p>`;
}

function bodies(fleet: WatchedFleet, store: ReportStore): string {
  const rows = fleet.inventory.bodies.map(({ id, name }): Row => {
    const desks = fleet.desk.filter(({ labels }) => labels.body === id);
    const answering = desks.filter(({ host }) => store.record(vantageOf.host, "host", host)?.up === 1).length;
    const down = desks.length - answering;
    return {
      cells: [escapeHtml(name), figure(desks.length), figure(answering), figure(down)],
      down: down > 0,
    };
  });
  const number = true as const;
  return renderTable(
    "Desks",
    [{ title: "Body" }, { title: "Desks", number }, { title: "Up", number }, { title: "Down", number }],
    rows,
  );
}

function gateways(fleet: WatchedFleet, moment: Moment): string {
  const rows = fleet.inventory.instances.map(({ id, address, port, protocol, sessionsLimit }): Row => {
    const { cells, down } = state("gateway", id, moment);
    return { cells: [escapeHtml(id), `${address}:${port}/${protocol}`, figure(sessionsLimit), ...cells], down };
  });
  return renderTable(
    "Gateways",
    [{ title: "Instance" }, { title: "Public address" }, { title: "Planned for", number: true }, ...stateColumns],
    rows,
  );
}

function links(fleet: WatchedFleet, moment: Moment): string {
  const rows = fleet.inventory.sites.flatMap((site): readonly Row[] => {
    const ofSite = state("site", site.id, moment);
    const lines = fleet.inventory.links.filter((link) => link.site === site.id);
    return [
      { cells: [`<strong>${escapeHtml(site.id)}</strong>`, "", "", ...ofSite.cells], down: ofSite.down },
      ...lines.map((link): Row => {
        const { cells, down } = state("link", link.id, moment);
        const carrier = `${escapeHtml(link.carrier)}, ${link.mbps} Mb/s${link.critical ? ", critical" : ""}`;
        return { cells: [escapeHtml(link.id), carrier, escapeHtml(link.instance), ...cells], down };
      }),
    ];
  });
  return renderTable(
    "Sites and links",
    [{ title: "Site or link" }, { title: "Carrier" }, { title: "Ends at" }, ...stateColumns],
    rows,
  );
}

function services(fleet: WatchedFleet, moment: Moment): string {
  const rows = fleet.inventory.services.map(({ id, name, url }): Row => {
    const { cells, down } = state("service", id, moment);
    const record = moment.store.record(vantageOf.service, "service", id);
    const answer = record?.status === undefined ? "–" : record.status === 0 ? "none" : `HTTP ${record.status}`;
    const ends = record?.certificateEnds === undefined ? "–" : time(record.certificateEnds);
    return { cells: [escapeHtml(name), escapeHtml(url), answer, ends, ...cells], down };
  });
  return renderTable(
    "Services",
    [
      { title: "Service" },
      { title: "Address" },
      { title: "Last answer" },
      { title: "Certificate ends (UTC)" },
      ...stateColumns,
    ],
    rows,
  );
}

const stateColumns = [{ title: "State" }, { title: "Since (UTC)" }] as const;

function state(
  kind: TargetKind,
  id: string,
  { store, now }: Moment,
): { readonly cells: readonly string[]; readonly down: boolean } {
  const record = store.record(vantageOf[kind], kind, id);
  if (neverProbed(record)) return { cells: [`not probed: ${escapeHtml(record.unprobed)}`, "–"], down: false };
  if (record?.up === undefined || record.up === null) {
    return { cells: ['<span class="state down">■ not seen yet</span>', "–"], down: true };
  }
  const word = record.up === 1 ? '<span class="state up">● up</span>' : '<span class="state down">■ DOWN</span>';
  return { cells: [word, `${time(record.since)} (${age(now - record.since)})`], down: record.up === 0 };
}

function figure(count: number): string {
  return count.toLocaleString("en");
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace("T", " ").slice(0, 19);
}

function age(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  return whole < 172_800 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86_400)} days`;
}
