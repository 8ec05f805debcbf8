import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";
import { ArmError } from "./error.ts";

/**
 * Takes a session host out of its host pool; its machine stays as it is. A machine that is made anew under its old name
 * can register only when the old one is out. One that is out already is no error. `force`: also while somebody has a
 * session on it. Throws ArmError.
 */
export async function removeSessionHost(
  arm: ArmClient,
  host: string,
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  const query = { "api-version": apiVersions.desktopVirtualization, force: String(force) };
  const url = arm.management(host, query);
  try {
    await arm.send({ method: "DELETE", url, service: arm.cloud.management, shape: z.unknown() }, signal);
  } catch (error) {
    if (!(error instanceof ArmError) || error.status !== 404) throw error;
  }
}
