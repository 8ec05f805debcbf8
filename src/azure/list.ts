import { z } from "zod";
import type { ArmClient } from "./client.ts";
import { ArmError } from "./error.ts";

/** More pages than any list of ours has: a list that goes on after so many is one that repeats itself. */
const mostPages = 1000;

/**
 * All items of a list, page by page. A next page elsewhere than at Resource Manager is refused: it would be given our
 * token. Throws ArmError.
 */
export async function listAll<Item>(
  arm: ArmClient,
  path: string,
  apiVersion: string,
  item: z.ZodType<Item>,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const shape = z.object({ value: z.array(item), nextLink: z.string().nullish() });
  const service = arm.cloud.management;
  const first = arm.management(path, { "api-version": apiVersion });
  const items: Item[] = [];
  let url = first;
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await arm.send({ url, service, shape }, signal);
    items.push(...data.value);
    if (data.nextLink === undefined || data.nextLink === null || data.nextLink === "") return items;
    url = nextPage(data.nextLink, first, path);
  }
  throw new ArmError(`GET ${path}`, { status: 200, code: "EndlessList", message: `more than ${mostPages} pages` });
}

function nextPage(link: string, first: URL, path: string): URL {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.origin === first.origin) return url;
  const message = `the next page is at ${url?.origin ?? "no address"}, not at ${first.origin}`;
  throw new ArmError(`GET ${path}`, { status: 200, code: "ForeignPage", message });
}
