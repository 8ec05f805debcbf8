import type { Registry } from "prom-client";
import { type Handler, type Reply, textReply } from "../http-server.ts";
import { type TargetKind, targetKinds } from "../report.ts";
import type { Collection } from "./collection.ts";
import type { Scene } from "./collector.ts";
import { targetGroups } from "./discovery.ts";
import { contentTypes, formatFor, takesGzip } from "./exposition/format.ts";
import { breathing, type Collected, exposition, gzipOf, plainOf } from "./exposition.ts";
import { heartbeatsPath, takeHeartbeat } from "./jobs/endpoint.ts";
import type { Verdicts } from "./verdicts.ts";
import type { Wallboard } from "./wallboard/board.ts";

export interface Endpoints {
  readonly scene: () => Scene;
  readonly collection: Collection;
  readonly verdicts: Verdicts;
  readonly wallboard: Wallboard;
  /** This process's own metrics. */
  readonly process: Registry;
  /** When this exporter started, milliseconds since 1970. */
  readonly startedAt: number;
}

/**
 * For this long after the start, scrapes wait for the probers' first verdicts, and fail without them, so that a restart
 * is not told as an outage. Probers come back within 0.5 s and have the verdicts of lines, sites and gateways 3 s later.
 */
const patienceMs = 5000;
/** Prometheus gives up after this where it does not say so itself. */
const defaultScrapeSeconds = 10;

type Route = (url: URL, headers: Readonly<Record<string, string | string[] | undefined>>) => Reply | Promise<Reply>;

/** All that the exporter serves. */
export function exporterHandler(endpoints: Endpoints): Handler {
  const { scene, collection, verdicts, wallboard } = endpoints;
  const routes: Readonly<Record<string, Route>> = {
    "/": () => wallboard.page(),
    "/events": () => wallboard.events(),
    "/metrics": (_, headers) => scrape(endpoints, headers, () => gatherAll(endpoints), endpoints.process),
    "/metrics/links": (_, headers) => scrape(endpoints, headers, () => collection.quick(scene())),
    "/targets": (url) => discovery(scene(), url.searchParams.getAll("kind")),
    "/-/healthy": () => textReply(200, "healthy"),
    "/-/ready": () => {
      const missing = verdicts.missing();
      return missing.length === 0 ? textReply(200, "ready") : textReply(503, `not ready: ${missing.join("; ")}`);
    },
  };
  return (request, url) => {
    if (url.pathname.startsWith(heartbeatsPath)) {
      if (request.method !== "POST") return onlyBy("POST");
      return takeHeartbeat(scene(), url.pathname.slice(heartbeatsPath.length));
    }
    const route = routes[url.pathname] ?? assetRoute(wallboard, url.pathname);
    if (route === undefined) return textReply(404, `not found; there are ${Object.keys(routes).join(", ")}`);
    if (request.method !== "GET" && request.method !== "HEAD") return onlyBy("GET, HEAD");
    return route(url, request.headers);
  };
}

/** All figures, of which the wallboard shows some. */
async function gatherAll({ collection, scene, wallboard }: Endpoints): Promise<readonly Collected[]> {
  const collected = await collection.all(scene());
  wallboard.gathered(collected);
  return collected;
}

const assetsPath = "/wallboard/";

function assetRoute(wallboard: Wallboard, path: string): Route | undefined {
  if (!path.startsWith(assetsPath)) return undefined;
  const asset = wallboard.asset(path.slice(assetsPath.length));
  return asset && (() => asset);
}

function onlyBy(methods: string): Reply {
  const refusal = textReply(405, `only ${methods}`);
  return { ...refusal, headers: { ...refusal.headers, allow: methods } };
}

async function scrape(
  { verdicts, startedAt }: Endpoints,
  headers: Parameters<Route>[1],
  gather: () => Promise<readonly Collected[]>,
  process?: Registry,
): Promise<Reply> {
  const asked = Number(headers["x-prometheus-scrape-timeout-seconds"]);
  const scrapeMs = 1000 * (asked > 0 ? asked : defaultScrapeSeconds);
  const patience = startedAt + patienceMs - Date.now();
  const known = await verdicts.quickKnown(Math.min(patience, 0.7 * scrapeMs));
  if (!known && 0.7 * scrapeMs < patience) return textReply(503, `starting: ${verdicts.missing().join("; ")}`);
  const format = formatFor(one(headers["accept"]));
  const isCompressed = takesGzip(one(headers["accept-encoding"]));
  const own = process === undefined ? [] : await process.getMetricsAsJSON();
  const parts = breathing(exposition(await gather(), own, format));
  return {
    status: 200,
    headers: {
      "content-type": contentTypes[format],
      vary: "accept, accept-encoding",
      ...(isCompressed ? { "content-encoding": "gzip" } : {}),
    },
    body: isCompressed ? gzipOf(parts) : plainOf(parts),
  };
}

function discovery({ fleet }: Scene, asked: readonly string[]): Reply {
  const unknown = asked.find((kind) => !targetKinds.includes(kind as TargetKind));
  if (unknown !== undefined) return textReply(400, `kind "${unknown}" is none of ${targetKinds.join(", ")}`);
  if (fleet === undefined) return textReply(503, "no inventory has been read yet");
  const kinds = asked.length === 0 ? targetKinds : targetKinds.filter((kind) => asked.includes(kind));
  const body = JSON.stringify(targetGroups(fleet, kinds));
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.join(",");
}
