import { randomBytes } from "node:crypto";
import type { Method } from "../outcome.ts";
import { decodeSaInitAnswer, encodeSaInit, nonceBytes, spiBytes, unwrapFor, wrapFor } from "../wire/ikev2.ts";
import type { Endpoint } from "./converse.ts";
import { exchange } from "./exchange.ts";

/**
 * Whether an IKEv2 gateway answers at all; it is asked so that it refuses and keeps nothing. Any answer of the protocol
 * to this very message counts, since whom it serves is not the question.
 */
export const ikev2: Method<Endpoint> = (endpoint, limits) => {
  const { port = 500 } = endpoint;
  const spi = randomBytes(spiBytes);
  const message = encodeSaInit(spi, randomBytes(nonceBytes), randomBytes(32));
  return exchange(
    { ...endpoint, port },
    limits,
    wrapFor(port, message),
    (packet) => decodeSaInitAnswer(unwrapFor(port, packet), spi) !== undefined,
  );
};
