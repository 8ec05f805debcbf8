import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { z } from "zod";
import type { TokenSource } from "../../src/azure/client.ts";
import { backOffMs, isPassing, retryAfterMs } from "../../src/azure/retry.ts";
import { CommandError } from "../cli.ts";

export interface GrafanaOptions {
  /** Grafana's address, e.g. `https://amg-piemonte-….grafana.azure.com`. */
  readonly origin: string;
  readonly token: TokenSource;
  /** What Grafana's history of a dashboard says of this change. */
  readonly message: string;
  readonly timeoutMs?: number;
}

export interface Published {
  readonly written: number;
  /** They were there already, as they should be. */
  readonly same: number;
}

/** The application "Azure Managed Grafana" in every tenant (Microsoft Learn: call Grafana APIs programmatically, 2023). */
const scope = "ce34e7e5-485f-4d76-964f-b3d2b16d1e4f/.default";
const folder = { uid: "deskbridge", title: "Deskbridge" } as const;

/**
 * Puts the dashboards into Grafana's folder "Deskbridge" by its HTTP API, each over the one that has its uid. One that
 * is there as it should be is left alone, so that its history tells of changes only. Throws CommandError with what
 * Grafana said, and what may be done about it.
 */
export async function publishDashboards(dashboards: readonly Dashboard[], options: GrafanaOptions): Promise<Published> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const bearer = await options.token({ scope, signal }).catch((error: unknown) => {
    throw new CommandError(`no dashboard was written: ${(error as Error).message}`, 1, { cause: error });
  });
  const grafana: Grafana = { origin: options.origin, bearer, signal };
  await makeFolder(grafana);
  let written = 0;
  for (const dashboard of dashboards) {
    if (await isThere(grafana, dashboard)) continue;
    await send(grafana, "POST", "/api/dashboards/db", {
      dashboard: { ...dashboard, id: null },
      folderUid: folder.uid,
      overwrite: true,
      message: options.message,
    });
    written += 1;
  }
  return { written, same: dashboards.length - written };
}

interface Grafana {
  readonly origin: string;
  readonly bearer: string;
  readonly signal: AbortSignal;
}

async function makeFolder(grafana: Grafana): Promise<void> {
  const found = await send(grafana, "GET", `/api/folders/${folder.uid}`, undefined, [404]);
  // 409: another run was faster.
  if (found.status === 404) await send(grafana, "POST", "/api/folders", folder, [409]);
}

/** What Grafana gives of a dashboard: with the number of its version, and of its place in Grafana's own table. */
const savedShape = z.object({
  dashboard: z.looseObject({ id: z.unknown(), version: z.unknown() }),
  meta: z.object({ folderUid: z.string().optional() }),
});

async function isThere(grafana: Grafana, dashboard: Dashboard): Promise<boolean> {
  const path = `/api/dashboards/uid/${dashboard.uid}`;
  const { status, body } = await send(grafana, "GET", path, undefined, [404]);
  const saved = savedShape.safeParse(body).data;
  if (status === 404 || saved === undefined || saved.meta.folderUid !== folder.uid) return false;
  const { id: _id, version: _version, ...rest } = saved.dashboard;
  return isDeepStrictEqual(rest, JSON.parse(JSON.stringify(dashboard)));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const attempts = 4;

/** Each request may be sent twice. What fails in passing is; `fine` are refusals that the caller understands. */
async function send(
  { origin, bearer, signal }: Grafana,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  fine: readonly number[] = [],
): Promise<Answer> {
  const url = `${origin}${path}`;
  const request: RequestInit = {
    method,
    headers: { authorization: `Bearer ${bearer}`, accept: "application/json", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // Whom Grafana does not know it sends to a page for signing in.
    redirect: "manual",
    signal,
  };
  for (let nth = 1; ; nth += 1) {
    const { answer, text } = await fetch(url, request)
      .then(async (answer) => ({ answer, text: await answer.text() }))
      .catch((error: unknown) => {
        const cause = (error as Error).cause ?? error;
        throw new CommandError(`${method} ${url}: ${(cause as Error).message}`, 1, { cause: error });
      });
    const said = jsonOf(text);
    if (answer.ok || fine.includes(answer.status)) return { status: answer.status, body: said };
    if (nth === attempts || !isPassing(answer.status)) {
      throw new CommandError(refusal(`${method} ${url}`, answer, said));
    }
    await pause(retryAfterMs(answer.headers, Date.now()) ?? backOffMs(nth, Math.random()), undefined, { signal });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const noRole =
  "you need the role Grafana Admin there, which the operators' group of the tenancy file has (operators: group:); a " +
  "role that has just been given counts some minutes later";
const hints: Readonly<Record<number, string>> = {
  302: noRole,
  401: noRole,
  403: noRole,
  404: "no Grafana answers there: run `deskbridge up --target azure`",
  412: "something else in Grafana has its place: look at the folder Deskbridge there",
};

/** Grafana's errors: `{"message": …, "status": …}` (Grafana: HTTP API, Dashboard). */
const errorShape = z.object({ message: z.string(), status: z.string().optional() });

function refusal(call: string, { status }: Response, said: unknown): string {
  const error = errorShape.safeParse(said).data;
  const words = [String(status), error?.status, error?.message].filter((word) => word !== undefined && word !== "");
  const hint = hints[status];
  return `${call}: ${words.join(" ")}${hint === undefined ? "" : `; ${hint}`}`;
}
