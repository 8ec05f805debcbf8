/** An alert as Alertmanager's webhook tells it (payload version 4), as far as it is kept. */
export interface NotifiedAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly startsAt: string;
  /** ISO 8601; in the year 1 while it burns. */
  readonly endsAt: string;
}

/** One notification: one line of the pages file. */
export interface PageRecord {
  /** When it came, ISO 8601. */
  readonly at: string;
  /** Path it was sent to, such as `/day`. */
  readonly path: string;
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly alerts: readonly NotifiedAlert[];
}

/** What came is no notification of Alertmanager's; the message says what is wrong. */
export class NotificationError extends Error {
  override readonly name = "NotificationError";
}

/** Reads a webhook's body. Throws NotificationError. */
export function readNotification(text: string, path: string, at: string): PageRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotificationError("the body is not JSON");
  }
  const { receiver, alerts, ...rest } = asObject(value, "the body");
  if (typeof receiver !== "string") throw new NotificationError("receiver is no text");
  if (!Array.isArray(alerts)) throw new NotificationError("alerts is no list");
  return { at, path, receiver, status: status(rest["status"], "status"), alerts: alerts.map(readAlert) };
}

/** Reads back a line of the pages file; undefined for a line that was cut off. */
export function readPageLine(line: string): PageRecord | undefined {
  try {
    const object = asObject(JSON.parse(line), "the line");
    const { at, path } = object;
    return typeof at === "string" && typeof path === "string" ? readNotification(line, path, at) : undefined;
  } catch {
    return undefined;
  }
}

function readAlert(value: unknown, index: number): NotifiedAlert {
  const what = `alerts[${index}]`;
  const alert = asObject(value, what);
  return {
    status: status(alert["status"], `${what}.status`),
    labels: texts(alert["labels"], `${what}.labels`),
    annotations: texts(alert["annotations"], `${what}.annotations`),
    startsAt: time(alert["startsAt"], `${what}.startsAt`),
    endsAt: time(alert["endsAt"], `${what}.endsAt`),
  };
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NotificationError(`${what} is no object`);
  }
  return value as Record<string, unknown>;
}

function status(value: unknown, what: string): "firing" | "resolved" {
  if (value === "firing" || value === "resolved") return value;
  throw new NotificationError(`${what} is ${JSON.stringify(value)}, not firing or resolved`);
}

function texts(value: unknown, what: string): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value ?? {}, what));
  const wrong = entries.find(([, text]) => typeof text !== "string");
  if (wrong !== undefined) throw new NotificationError(`${what}.${wrong[0]} is no text`);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

function time(value: unknown, what: string): string {
  if (typeof value !== "string" || Number.isNaN(Date.parse(value))) throw new NotificationError(`${what} is no time`);
  return value;
}
