import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";
import { listAll } from "./list.ts";

export interface UserSession {
  readonly id: string;
  /** Name of the session host, as `listSessionHosts` gives it. */
  readonly host: string;
  /** User principal name: personal data, for commands alone, never for a metric. */
  readonly person: string | undefined;
  /** `Active`, `Disconnected`, `Pending`, `LogOff`, `UserProfileDiskMounted`, `Unknown` */
  readonly state: string;
  /** ISO 8601 */
  readonly since: string | undefined;
}

const shape = z
  .object({
    id: z.string(),
    properties: z.object({
      userPrincipalName: z.string().nullish(),
      sessionState: z.string().nullish(),
      createTime: z.string().nullish(),
    }),
  })
  .transform(({ id, properties }): UserSession => ({
    id,
    host: /\/sessionHosts\/([^/]+)\//i.exec(id)?.[1] ?? "",
    person: properties.userPrincipalName ?? undefined,
    state: properties.sessionState ?? "Unknown",
    since: properties.createTime ?? undefined,
  }));

/** The sessions of a host pool, or of one session host: `where` is its id. Throws ArmError. */
export function listUserSessions(arm: ArmClient, where: string, signal: AbortSignal): Promise<readonly UserSession[]> {
  return listAll(arm, `${where}/userSessions`, apiVersions.desktopVirtualization, shape, signal);
}
