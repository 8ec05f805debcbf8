import type { z } from "zod";

/** Prometheus or Alertmanager cannot be asked, or says no. The message names it, where it was looked for, and why. */
export class WatchError extends Error {
  override readonly name = "WatchError";
}

export interface Service {
  readonly name: "Prometheus" | "Alertmanager";
  /** `http://127.0.0.1:9090`, with a path where it is served under one. */
  readonly url: string;
  /** An answer that takes longer is given up. */
  readonly timeoutMs: number;
}

export interface Question {
  readonly path: string;
  readonly method?: "GET" | "POST" | "DELETE";
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** Asks, and gives the JSON of the answer in its shape. */
export async function ask<Shape>(service: Service, question: Question, shape: z.ZodType<Shape>): Promise<Shape> {
  const text = await send(service, question);
  try {
    return shape.parse(text === "" ? undefined : JSON.parse(text));
  } catch (error) {
    throw failure(service, `its answer is not ${service.name}'s: ${text.slice(0, 80)}`, error);
  }
}

async function send(service: Service, { path, method, form, json }: Question): Promise<string> {
  const body = form === undefined ? (json === undefined ? null : JSON.stringify(json)) : new URLSearchParams(form);
  const place = placeOf(service, path);
  let response: Response;
  let text: string;
  try {
    response = await fetch(place, {
      method: method ?? (body === null ? "GET" : "POST"),
      body,
      headers: json === undefined ? {} : { "content-type": "application/json" },
      signal: AbortSignal.timeout(service.timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw failure(service, reasonOf(error, service.timeoutMs), error);
  }
  if (!response.ok) throw failure(service, `it answered ${response.status}: ${text.trim().slice(0, 200)}`);
  return text;
}

function placeOf(service: Service, path: string): URL {
  try {
    return new URL(`${service.url.replace(/\/+$/, "")}${path}`);
  } catch (error) {
    throw failure(service, "that is no URL", error);
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

function failure({ name, url }: Service, reason: string, cause?: unknown): WatchError {
  const option = `--${name.toLowerCase()} URL`;
  return new WatchError(`${name} at ${url}: ${reason}; name another with ${option}`, { cause });
}
