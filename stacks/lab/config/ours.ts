import { nodeFlags } from "../../node-flags.ts";
import type { DaemonProps, Readiness } from "../kinds/daemon.ts";

/** A daemon that is a command of this project. */
export function ours(
  name: string,
  namespace: string,
  words: readonly string[],
  ready: Readiness,
  made: Partial<Pick<DaemonProps, "files" | "certificates">> = {},
): DaemonProps {
  const argv = ["{node}", ...nodeFlags, "{project}/scripts/deskbridge.ts", ...words];
  return { name, namespace, argv, files: [], certificates: [], ready, ...made };
}
