import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient, ArmRequest } from "./client.ts";
import { ArmError } from "./error.ts";
import { parseResourceId } from "./ids.ts";
import { retryAfterMs } from "./retry.ts";

/** Who is connected to a gateway now: numbers only, nobody's name or address leaves this file. */
export interface VpnHealth {
  readonly connections: number;
  /** Addresses that people have now. */
  readonly addresses: number;
}

/** `VpnClientConnectionHealthDetailListResult`: one entry a person. */
const networkGateway = z
  .object({ value: z.array(z.object({ privateIpAddress: z.string().nullish() })).nullish() })
  .transform(({ value }): VpnHealth => ({
    connections: (value ?? []).length,
    addresses: (value ?? []).filter(({ privateIpAddress }) => (privateIpAddress ?? "") !== "").length,
  }));

/** `P2SVpnGateway` (Virtual WAN) with its `vpnClientConnectionHealth`. */
const virtualWanGateway = z
  .object({
    properties: z.object({
      vpnClientConnectionHealth: z.object({
        vpnClientConnectionsCount: z.int(),
        allocatedIpAddresses: z.array(z.string()).nullish(),
      }),
    }),
  })
  .transform(({ properties: { vpnClientConnectionHealth: health } }): VpnHealth => ({
    connections: health.vpnClientConnectionsCount,
    addresses: (health.allocatedIpAddresses ?? []).length,
  }));

const kinds = {
  "microsoft.network/virtualnetworkgateways": { operation: "getVpnClientConnectionHealth", shape: networkGateway },
  "microsoft.network/p2svpngateways": { operation: "getP2sVpnConnectionHealth", shape: virtualWanGateway },
} as const;

/** Where Azure does not say how long to wait before looking again. */
const pollMs = 5000;

/**
 * Asks a gateway itself. It takes the gateway some seconds to a minute, so this is for commands; collectors read
 * metrics. Ends when Azure is done or the signal fires. Throws ArmError.
 */
export async function readVpnHealth(arm: ArmClient, gateway: string, signal: AbortSignal): Promise<VpnHealth> {
  const { type } = parseResourceId(gateway);
  const kind = kinds[type as keyof typeof kinds] as (typeof kinds)[keyof typeof kinds] | undefined;
  if (kind === undefined) {
    const message = `${type} is none of ${Object.keys(kinds).join(", ")}`;
    throw new ArmError(`POST ${gateway}`, { status: 0, code: "NoSuchGateway", message });
  }
  const service = arm.cloud.management;
  const url = arm.management(`${gateway}/${kind.operation}`, { "api-version": apiVersions.network });
  // What comes before the result has no shape that is promised: it is read once Azure says that it is done.
  const shape = z.unknown();
  let request: ArmRequest<unknown> = { method: "POST", url, service, shape };
  for (;;) {
    const { status, headers, data } = await arm.send(request, signal);
    if (status !== 202) return resultOf(kind, status, data);
    const location = headers.get("location");
    if (location === null || !URL.canParse(location) || new URL(location).origin !== url.origin) {
      const message = `the result is said to be at ${location ?? "no address"}`;
      throw new ArmError(`POST ${kind.operation}`, { status, code: "ForeignResult", message });
    }
    await pause(retryAfterMs(headers, Date.now()) ?? pollMs, undefined, { signal });
    request = { url: new URL(location), service, shape };
  }
}

function resultOf({ operation, shape }: (typeof kinds)[keyof typeof kinds], status: number, data: unknown): VpnHealth {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const message = `${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`;
  throw new ArmError(`POST ${operation}`, { status, code: "UnexpectedShape", message });
}
