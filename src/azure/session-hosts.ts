import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";
import { listAll } from "./list.ts";

export interface SessionHost {
  readonly id: string;
  /** Its name in the host pool, often with the domain's: `to-off-00001.example.it`. */
  readonly name: string;
  /** Id of the virtual machine. */
  readonly machine: string | undefined;
  /** Azure's word: `Available`, `Shutdown`, `NeedsAssistance`, `Unavailable`, … */
  readonly status: string;
  readonly sessions: number;
  /** false: in drain mode; who is on it stays, nobody new comes. */
  readonly allowNewSession: boolean;
}

export const sessionHostShape = z
  .object({
    id: z.string(),
    name: z.string(),
    properties: z.object({
      resourceId: z.string().nullish(),
      status: z.string().nullish(),
      sessions: z.int().nonnegative().nullish(),
      allowNewSession: z.boolean().nullish(),
    }),
  })
  .transform(({ id, name, properties }): SessionHost => ({
    id,
    // Azure calls a child `<pool>/<host>`.
    name: name.slice(name.lastIndexOf("/") + 1),
    machine: properties.resourceId ?? undefined,
    status: properties.status ?? "Unavailable",
    sessions: properties.sessions ?? 0,
    allowNewSession: properties.allowNewSession ?? true,
  }));

/** All hosts of a host pool, of which `pool` is the id. One list, however many hosts. Throws ArmError. */
export function listSessionHosts(arm: ArmClient, pool: string, signal: AbortSignal): Promise<readonly SessionHost[]> {
  return listAll(arm, `${pool}/sessionHosts`, apiVersions.desktopVirtualization, sessionHostShape, signal);
}
