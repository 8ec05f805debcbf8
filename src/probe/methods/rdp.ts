import { rdpHandshake } from "../../handshake/rdp.ts";
import { type Method, missed, unprobed } from "../outcome.ts";
import type { Endpoint } from "./converse.ts";

/**
 * Whether a remote desktop begins TLS, and until when its certificate holds. Desktops sign their own, and people's
 * clients let them in with an old one: one that has run out is told by its date, not as a miss.
 */
export const rdp: Method<Endpoint> = async ({ address, port }, { timeoutMs, signal }) => {
  if (port === undefined) return unprobed("its port is not known");
  const startedAt = performance.now();
  const result = await rdpHandshake({ address, port, timeoutMs, signal, ending: "reset" });
  const rtt = (performance.now() - startedAt) / 1000;
  if (result.kind === "certificate-expired") return { kind: "answered", rtt, certificateEnds: result.at };
  if (result.kind !== "ok") return missed(result);
  const { certificateEnds } = result;
  return { kind: "answered", rtt, ...(certificateEnds === undefined ? {} : { certificateEnds }) };
};
