import { stampOf } from "../../files.ts";
import { readWebConfig, type Stamps, type WebConfig } from "./load.ts";
import { needsRestart, type WebSettings } from "./settings.ts";

/** How the web configuration stands, for metrics. */
export interface WebStatus {
  /** Whether what lies on the disk is in force. */
  readonly inForce: boolean;
  /** When what is in force was read, seconds since 1970. */
  readonly readAt: number;
  /** When the server's certificate ends, seconds since 1970; undefined without TLS. */
  readonly certificateEnd: number | undefined;
}

export interface WebFollower {
  status(): WebStatus;
  stop(): void;
}

/**
 * Looks every `everyMs` whether a file of the configuration changed, and puts the new one in force. Certificate and key
 * are two files: what changed is read only when nothing more has changed between two looks. One that is broken leaves
 * the last good one in force; `note` is told that once.
 */
export function followWebConfig(
  first: WebConfig,
  onChange: (settings: WebSettings) => void,
  note: (text: string) => void,
  everyMs = 500,
): WebFollower {
  const { file } = first;
  let { settings, stamps } = first;
  let readAt = Date.now() / 1000;
  let trouble: string | undefined;
  let before: Stamps = stamps;
  const refuse = (why: string): void => {
    if (why !== trouble) note(`web configuration: ${why}\nthe one that was read before stays in force`);
    trouble = why;
  };
  const look = (): void => {
    const now = stampsOf(stamps);
    const settled = same(now, before);
    before = now;
    if (!settled || same(now, stamps)) return;
    const read = readWebConfig(file);
    stamps = read.stamps;
    before = stamps;
    if (read.settings === undefined) {
      refuse(read.errors.map((error) => `${error.file}:${error.line}:${error.column}: ${error.message}`).join("\n"));
      return;
    }
    const restart = needsRestart(settings, read.settings);
    if (restart !== undefined) {
      refuse(`${file}: ${restart}`);
      return;
    }
    onChange(read.settings);
    ({ settings } = read);
    readAt = Date.now() / 1000;
    trouble = undefined;
    note(`web configuration: ${file} was read again and is in force`);
  };
  const timer = setInterval(look, everyMs);
  return {
    status: () => ({ inForce: trouble === undefined, readAt, certificateEnd: settings.tls?.certificateEnd }),
    stop: () => clearInterval(timer),
  };
}

function stampsOf(files: Stamps): Stamps {
  return new Map([...files.keys()].map((path) => [path, stampOf(path)]));
}

function same(left: Stamps, right: Stamps): boolean {
  return left.size === right.size && [...left].every(([path, stamp]) => right.get(path) === stamp);
}
