import { crc32 } from "node:zlib";
import { escapeHtml } from "../../html.ts";
import { type Reply, textReply } from "../../http-server.ts";
import type { Collected } from "../exposition.ts";
import type { Scene } from "../collector.ts";
import type { WatchedFleet } from "../watched.ts";
import { readAssets } from "./assets.ts";
import { changesOf, type Picture } from "./changes.ts";
import { chartsOf } from "./charts.ts";
import { DeskCounts } from "./desk-counts.ts";
import { documentHeaders, heading, renderDocument } from "./document.ts";
import { outagesOf } from "./fires.ts";
import { History, stepOf } from "./history.ts";
import { chartedLinks } from "./sections/lines.ts";
import { sections } from "./sections/index.ts";
import { Sessions } from "./sessions.ts";
import { eventText, usualViewers, type ViewerBounds, Viewers } from "./viewers.ts";
import type { Section } from "./section.ts";
import { type View, viewOf } from "./view.ts";

export interface WallboardOptions {
  readonly scene: () => Scene;
  /** Runs the collectors, for who is connected. */
  readonly gather: () => Promise<readonly Collected[]>;
  readonly viewers?: ViewerBounds | undefined;
  readonly note: (text: string) => void;
}

/** What the viewers have; there while there are any. */
interface Shown {
  readonly picture: Picture;
  /** The links that have charts, in order. */
  readonly charted: readonly string[];
  /** The last step that the charts have, counted from 1970 on. */
  readonly step: number;
}

/** Changes are sent this often at most. */
const lookMs = 1000;
/** What says that nothing changed comes so often: the page calls three of them missing a silence. */
const clockSeconds = 2;
/** Collectors are run for the viewers where no scrape has run them for so long, seconds. */
const gatherSeconds = 15;

/** The exporter's first page: drawn once for whoever asks, and then, once for all who follow it, what changes. */
export class Wallboard {
  readonly #scene: () => Scene;
  readonly #gather: WallboardOptions["gather"];
  readonly #viewers: Viewers;
  readonly #assets = readAssets();
  readonly #history = new History();
  readonly #sessions = new Sessions();
  #fleet: WatchedFleet | undefined;
  #desks: DeskCounts | undefined;
  #looking: NodeJS.Timeout | undefined;
  #gathering = false;
  #shown: Shown | undefined;
  #saidAt = 0;
  /** Sections that cannot be drawn, and why. */
  readonly #failing = new Map<string, string>();
  readonly #note: WallboardOptions["note"];

  constructor({ scene, gather, note, viewers = usualViewers }: WallboardOptions) {
    this.#note = note;
    this.#scene = scene;
    this.#gather = gather;
    this.#viewers = new Viewers(viewers);
    const { store } = scene();
    store.onRecord("host", (record) => this.#desks?.take(record));
    store.onReport((_, report) => {
      if (report.type === "targets" && report.kind === "link") this.#history.take(report.records, this.#now());
    });
  }

  /** Another inventory is in force. */
  watch(fleet: WatchedFleet): void {
    this.#fleet = fleet;
    this.#desks = new DeskCounts(fleet, this.#scene().store);
    this.#history.keep(fleet.ids.link);
  }

  /** A run of the collectors gave this. */
  gathered(collected: readonly Collected[]): void {
    this.#sessions.take(collected, this.#now());
  }

  page(): Reply {
    const now = this.#now();
    return { status: 200, headers: documentHeaders, body: renderDocument(this.#fleet, this.#picture(now), now) };
  }

  /** What the page needs beside; undefined where there is nothing of that name. */
  asset(name: string): Reply | undefined {
    const asset = this.#assets.files.get(name);
    if (asset === undefined) return undefined;
    const headers = { "content-type": asset.type, "cache-control": "no-cache", "x-content-type-options": "nosniff" };
    return { status: 200, headers, body: asset.body };
  }

  /** All that is shown, then what changes, for as long as the client stays. */
  events(): Reply {
    if (this.#viewers.isFull) {
      const refusal = textReply(
        503,
        "too many follow the wallboard already; try again later, or reload the page by hand",
      );
      return { ...refusal, headers: { ...refusal.headers, "retry-after": "10" } };
    }
    const shown = this.#shown ?? this.#look();
    const now = this.#now();
    const charts = chartsOf(this.#history, shown.charted, shown.step);
    const body = this.#viewers.admit(eventText("full", { now, ...shown.picture, charts }));
    this.#looking ??= setInterval(() => this.#tick(), lookMs).unref();
    return {
      status: 200,
      headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
      body,
      lasts: true,
    };
  }

  /** Looks no more; the streams end with the server that sends them. */
  close(): void {
    clearInterval(this.#looking);
  }

  #tick(): void {
    if (this.#viewers.count === 0) {
      clearInterval(this.#looking);
      this.#looking = undefined;
      this.#shown = undefined;
      return;
    }
    const before = this.#shown;
    const shown = this.#look();
    const now = this.#now();
    const say = (name: string, data: object): void => {
      this.#saidAt = now;
      this.#viewers.send(eventText(name, { now, ...data }));
    };
    if (before !== undefined) {
      const changes = changesOf(before.picture, shown.picture);
      if (changes !== undefined) say("change", changes);
      if (before.charted.join("\n") !== shown.charted.join("\n")) {
        say("charts", { charts: chartsOf(this.#history, shown.charted, shown.step) });
      } else if (before.step !== shown.step && shown.charted.length > 0) {
        say("steps", { charts: chartsOf(this.#history, shown.charted, shown.step, before.step + 1) });
      }
    }
    if (Math.abs(now - this.#saidAt) >= clockSeconds) say("clock", {});
    this.#refreshSessions(now);
  }

  #look(): Shown {
    const now = this.#now();
    const fleet = this.#fleet;
    const charted = fleet === undefined ? [] : chartedLinks({ fleet });
    this.#shown = { picture: this.#picture(now), charted, step: stepOf(now) - 1 };
    return this.#shown;
  }

  #picture(now: number): Picture {
    const version = `${this.#assets.version}-${crc32(heading(this.#fleet))}`;
    if (this.#fleet === undefined) return { version, title: "Deskbridge", sections: {} };
    const { store, heartbeats } = this.#scene();
    const seen = { store, heartbeats, history: this.#history, sessions: this.#sessions };
    const view = viewOf(this.#fleet, seen, this.#desks?.all() ?? [], now);
    return {
      version,
      title: `${outagesOf(view).length > 0 ? "DOWN " : ""}${this.#fleet.inventory.fleet}`,
      sections: Object.fromEntries(sections.map((section) => [section.id, this.#draw(section, view)])),
    };
  }

  /** A section that fails costs only itself. */
  #draw(section: Section, view: View): readonly string[] {
    try {
      const lines = section.draw(view);
      this.#failing.delete(section.id);
      return lines;
    } catch (error) {
      const { message } = error as Error;
      if (this.#failing.get(section.id) !== message) this.#note(`wallboard: ${section.id}: ${message}`);
      this.#failing.set(section.id, message);
      return [`<p class="blindness">◇ This part cannot be shown: ${escapeHtml(message)}</p>`];
    }
  }

  #refreshSessions(now: number): void {
    if (this.#gathering || this.#sessions.age(now) < gatherSeconds) return;
    this.#gathering = true;
    void this.#gather()
      .then((collected) => this.gathered(collected))
      .catch((error: unknown) => this.#note(`wallboard: ${(error as Error).message}`))
      .finally(() => (this.#gathering = false));
  }

  #now(): number {
    return this.#scene().now() / 1000;
  }
}
