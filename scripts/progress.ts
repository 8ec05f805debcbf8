import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { note } from "./cli.ts";

/** Operations of the engine that change something, in its own words. */
const operations = new Set(["create", "create-replacement", "update", "delete", "delete-replaced"]);

/** What an update of a stack is at, from the engine's events; `now` in milliseconds, of any clock. */
export class Progress {
  readonly #name: string;
  readonly #began: number;
  readonly #begun = new Map<string, { readonly resource: string; readonly at: number }>();
  #done = 0;

  constructor(name: string, now: number) {
    this.#name = name;
    this.#began = now;
  }

  see({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent, now: number): void {
    const metadata = (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (metadata === undefined || !operations.has(metadata.op)) return;
    if ((metadata.new ?? metadata.old)?.custom !== true) return;
    const { op, urn } = metadata;
    const key = `${op} ${urn}`;
    if (resourcePreEvent !== undefined) this.#begun.set(key, { resource: urn.split("::").at(-1) ?? "", at: now });
    else if (this.#begun.delete(key) && resOutputsEvent !== undefined) this.#done += 1;
  }

  /** Operations that have ended well. */
  get done(): number {
    return this.#done;
  }

  /** One line; undefined while nothing is under way. */
  line(now: number): string | undefined {
    const [oldest, ...others] = this.#begun.values();
    if (oldest === undefined) return undefined;
    const beside = others.length === 0 ? "" : ` and ${others.length} more`;
    return (
      `${this.#name}: ${this.#done} done in ${minutes(now - this.#began)}; ` +
      `for ${minutes(now - oldest.at)} at ${oldest.resource}${beside}`
    );
  }
}

function minutes(milliseconds: number): string {
  return `${Math.round(milliseconds / 60_000)} min`;
}

/** A gateway takes Azure the better part of an hour: what goes on for so long is told once in this time. */
const tellEvery = 60_000;

/** Follows an update of a stack by its events, and tells once a minute what it is at. */
export async function told<Result>(
  progress: Progress,
  work: (see: (event: EngineEvent) => void) => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => {
    const line = progress.line(performance.now());
    if (line !== undefined) note(line);
  }, tellEvery);
  try {
    return await work((event) => progress.see(event, performance.now()));
  } finally {
    clearInterval(timer);
  }
}
