import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";
import { ArmError } from "./error.ts";
import { type SessionHost, sessionHostShape } from "./session-hosts.ts";

/**
 * Puts a session host into drain mode or takes it out, and gives the host as Azure then has it. Throws ArmError, also
 * where Azure took the request and changed nothing.
 */
export async function setDrainMode(
  arm: ArmClient,
  host: string,
  draining: boolean,
  signal: AbortSignal,
): Promise<SessionHost> {
  const url = arm.management(host, { "api-version": apiVersions.desktopVirtualization });
  const { data } = await arm.send(
    {
      method: "PATCH",
      url,
      service: arm.cloud.management,
      body: { properties: { allowNewSession: !draining } },
      shape: sessionHostShape,
    },
    signal,
  );
  if (data.allowNewSession === draining) {
    const message = `allowNewSession is still ${String(draining)}`;
    throw new ArmError(`PATCH sessionHosts/${data.name}`, { status: 200, code: "NotChanged", message });
  }
  return data;
}
