import { z } from "zod";
import { faultOf, jsonOf, retryAfterMs, type TokenSource, wordsOf } from "./client.ts";
import { untilAborted } from "./until-aborted.ts";
import { VendorError } from "./vendor-error.ts";

/** A Zoom app of the kind "server-to-server OAuth". */
export interface ZoomApp {
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where Zoom gives tokens. */
  readonly address?: URL;
}

/** A Webex integration or service app that an administrator has authorised. */
export interface WebexApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Where Webex gives tokens. */
  readonly address?: URL;
}

/** Tokens of a Zoom app, good for an hour. Throws VendorError, without secrets. */
export function zoomTokens({ accountId, clientId, clientSecret, address }: ZoomApp): TokenSource {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return kept((signal) =>
    askForToken({
      vendor: "zoom",
      address: address ?? new URL("https://zoom.us/oauth/token"),
      headers: { authorization: `Basic ${basic}` },
      form: { grant_type: "account_credentials", account_id: accountId },
      secrets: [clientSecret, basic],
      signal,
    }),
  );
}

/**
 * Tokens of a Webex app, good for 14 days. A refresh token is good for 90 days from its last use; where Webex gives another
 * one with a token, that one is used next. Throws VendorError, without secrets.
 */
export function webexTokens({ clientId, clientSecret, refreshToken, address }: WebexApp): TokenSource {
  let refresh = refreshToken;
  return kept(async (signal) => {
    const token = await askForToken({
      vendor: "webex",
      address: address ?? new URL("https://webexapis.com/v1/access_token"),
      headers: {},
      form: { grant_type: "refresh_token", client_id: clientId, client_secret: clientSecret, refresh_token: refresh },
      secrets: [clientSecret, refresh],
      signal,
    });
    refresh = token.refresh ?? refresh;
    return token;
  });
}

interface Token {
  readonly access: string;
  readonly goodMs: number;
  readonly refresh: string | undefined;
}

/** An answer to a request for a token may take so long. */
const answerMs = 30_000;

/** Keeps a token until shortly before its end, or until it is refused. Whoever waits for one waits for the same request. */
function kept(ask: (signal: AbortSignal) => Promise<Token>): TokenSource {
  let current: { readonly access: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    try {
      const { access, goodMs } = await ask(AbortSignal.timeout(answerMs));
      // A tenth, at most five minutes, for requests that are under way when it ends.
      current = { access, until: performance.now() + goodMs - Math.min(goodMs / 10, 300_000) };
      return access;
    } finally {
      asking = undefined;
    }
  };
  return async (signal, refused) => {
    signal.throwIfAborted();
    if (current !== undefined && current.access !== refused && performance.now() < current.until) return current.access;
    // Nobody's own signal ends what others wait for too.
    asking ??= renew();
    return untilAborted(asking, signal);
  };
}

interface Asked {
  readonly vendor: string;
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  /** Never told, whatever the vendor says. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

/** `expires_in`: seconds. */
const answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
});

/** OAuth 2.0's words (RFC 6749, section 5.2), Zoom's `reason`, Webex's `message`. */
const refusal = z.object({
  error: z.string().optional(),
  error_description: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

async function askForToken({ vendor, address, headers, form, secrets, signal }: Asked): Promise<Token> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { accept: "application/json", ...headers },
      body: new URLSearchParams(form),
      redirect: "error",
      signal,
    });
    text = await response.text();
  } catch (error) {
    const why = signal.aborted ? `no answer in ${answerMs} ms` : wordsOf(error);
    throw new VendorError("passing", `${vendor}: no token: ${why}`);
  }
  const { status } = response;
  const body = jsonOf(text);
  if (!response.ok) {
    const words = refusal.safeParse(body).data;
    const told = [words?.error, words?.reason ?? words?.error_description ?? words?.message].filter(Boolean).join(": ");
    const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
    const clean = forms.reduce((line, secret) => line.replaceAll(secret, "[secret]"), told);
    throw new VendorError(faultOf(status), `${vendor}: no token: ${status} ${clean || response.statusText}`, {
      status,
      retryAfterMs: retryAfterMs(response.headers, Date.now()),
    });
  }
  const parsed = answer.safeParse(body);
  if (!parsed.success) throw new VendorError("passing", `${vendor}: no token: an answer of another shape`, { status });
  const { access_token: access, expires_in: seconds, refresh_token: refresh } = parsed.data;
  return { access, goodMs: seconds * 1000, refresh };
}
