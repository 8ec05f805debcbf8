import { z } from "zod";
import type { Meaning } from "./client.ts";

const refusal = z.object({
  message: z.string().optional(),
  errors: z
    .array(z.object({ errorCode: z.union([z.number(), z.string()]).optional(), description: z.string().optional() }))
    .optional(),
});

/** What Webex's refusals mean. */
export function meaningOf(status: number, body: unknown): Meaning {
  const { message, errors } = refusal.safeParse(body).data ?? {};
  const code = errors?.find(({ errorCode }) => errorCode !== undefined)?.errorCode;
  const words = errors?.find(({ description }) => description !== undefined)?.description ?? message;
  return {
    ...(status === 404 ? { kind: "unknown" } : {}),
    ...(code === undefined || code === status ? {} : { code: String(code) }),
    ...(words === undefined ? {} : { message: words }),
  };
}

/** The next page's address (RFC 8288). */
export function nextPage(headers: Headers): string | undefined {
  for (const [, address, parameters = ""] of headers.get("link")?.matchAll(/<([^>]*)>([^,<]*)/g) ?? []) {
    if (/;\s*rel="?next"?/i.test(parameters)) return address;
  }
  return undefined;
}
