import { beaten, type Beats, graceMs, listening, looked, lookEveryMs } from "./beats.ts";
import type { PageRecord } from "./notification.ts";

/** Listens for the watch's heartbeat, as somebody outside does: alert Watchdog, which always burns. */
export interface Heart {
  /** One has come; resolves when what there was to tell is kept. */
  beat(): Promise<void>;
  end(): void;
}

export function isBeat({ status, alerts }: PageRecord): boolean {
  return status === "firing" && alerts.some(({ labels }) => labels["alertname"] === "Watchdog");
}

interface HeartSettings {
  /** What was kept before: a silence that it ends with lasts until a beat comes. */
  readonly kept: readonly PageRecord[];
  readonly keep: (record: PageRecord) => Promise<void>;
  readonly note: (text: string) => void;
}

/** Silence and its end are kept as notifications. What cannot be kept is tried again at the next look. */
export function listenToHeart({ kept, keep, note }: HeartSettings): Heart {
  /** When the silence began that was told. */
  let since = silenceIn(kept);
  let beats: Beats = { ...listening(performance.now()), silent: since !== undefined };
  let telling = Promise.resolve();
  const settle = async (): Promise<void> => {
    const now = new Date();
    if (beats.silent && since === undefined) {
      const began = new Date(now.getTime() - (performance.now() - beats.last)).toISOString();
      await keep(silence(now, began, "firing"));
      since = began;
      note(`no heartbeat since ${began}: the watch is silent`);
    } else if (!beats.silent && since !== undefined) {
      await keep(silence(now, since, "resolved"));
      since = undefined;
      note("the heartbeat is back");
    }
  };
  const tell = (next: Beats): Promise<void> => {
    beats = next;
    telling = telling
      .then(settle)
      .catch((error: unknown) => note(`the heartbeat's silence is not kept: ${String(error)}`));
    return telling;
  };
  const looks = setInterval(() => void tell(looked(beats, performance.now())), lookEveryMs);
  return { beat: () => tell(beaten(beats, performance.now())), end: () => clearInterval(looks) };
}

function silenceIn(kept: readonly PageRecord[]): string | undefined {
  const told = kept.flatMap(({ alerts }) => alerts).findLast(({ labels }) => labels["alertname"] === alertname);
  return told?.status === "firing" ? told.startsAt : undefined;
}

const alertname = "WatchSilent";

/** As the watch's own word of it would be, were there a watch; its section of the runbook is the cloud's. */
function silence(now: Date, startsAt: string, status: "firing" | "resolved"): PageRecord {
  const endsAt = status === "firing" ? "0001-01-01T00:00:00Z" : now.toISOString();
  const alert = {
    status,
    labels: { alertname, severity: "page", team: "crisis" },
    annotations: {
      summary: `The watch is silent: no heartbeat for ${graceMs / 1000} s`,
      impact: "People are not touched by this; nobody is told of what fails now.",
      steps: [
        "Is the watch's machine up? Look at its Prometheus and its Alertmanager.",
        "Both run: look at the way from Alertmanager to here.",
        "Until it is back, look at the sites and gateways by hand.",
      ].join("\n"),
      runbook_url: `dashboards/runbook.md#${alertname.toLowerCase()}`,
    },
    startsAt,
    endsAt,
  } as const;
  return { at: now.toISOString(), path: "/heartbeat", receiver: "heartbeat", status, alerts: [alert] };
}
