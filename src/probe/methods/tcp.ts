import type { Method } from "../outcome.ts";
import { converse, type Endpoint } from "./converse.ts";

/** Whether the port takes a connection; how long that took is the round trip. */
export const tcp: Method<Endpoint> = (endpoint, limits) => converse(endpoint, limits, ({ answered }) => answered());
