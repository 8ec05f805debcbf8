import { type ArmOptions, ArmClient } from "../../src/azure/client.ts";
import type { ArmDouble } from "../doubles/arm/server.ts";
import type { HostState, MetricState, PoolState } from "../doubles/arm/state.ts";

export const hubSubscription = "11111111-1111-4111-8111-111111111111";
export const deskSubscription = "22222222-2222-4222-8222-222222222222";
export const region = "italynorth";

const inHub = `/subscriptions/${hubSubscription}/resourceGroups/rg-hub/providers/Microsoft.Network`;
export const gatewayId = `${inHub}/virtualNetworkGateways/hub`;
export const wanGatewayId = `${inHub}/p2sVpnGateways/hub`;

export function poolId(name: string, subscription = deskSubscription): string {
  return `/subscriptions/${subscription}/resourceGroups/rg-torino/providers/Microsoft.DesktopVirtualization/hostPools/${name}`;
}

export function poolOf(name: string, hosts: readonly HostState[], subscription = deskSubscription): PoolState {
  return { id: poolId(name, subscription), region, type: "Pooled", sessionsPerHost: 8, hosts: [...hosts] };
}

export function hostOf(
  name: string,
  host: Partial<Omit<HostState, "sessions">> & { sessions?: number } = {},
): HostState {
  const people = Array.from({ length: host.sessions ?? 0 }, (_, nth) => ({
    person: `person${nth + 1}@example.org`,
    state: nth % 2 === 0 ? "Active" : "Disconnected",
  }));
  return { name, status: "Available", allowNewSession: true, ...host, sessions: people };
}

/** One value a minute, for the minutes before `until`; the newest is the last of `values`. */
export function perMinute(
  until: number,
  metric: MetricState["metric"],
  dimensions: Readonly<Record<string, string>>,
  values: readonly number[],
  resource = gatewayId,
): MetricState {
  const last = Math.floor(until / 60_000) * 60_000 - 60_000;
  const points = new Map(values.map((value, nth) => [last - (values.length - 1 - nth) * 60_000, value]));
  return { resource, metric, dimensions, points };
}

/** Quick to give up, so that a test need not wait. */
export function clientOf(double: ArmDouble, options: Partial<ArmOptions> = {}): ArmClient {
  return new ArmClient({
    cloud: double.cloud,
    token: async ({ scope }) => double.token(scope),
    attempts: 3,
    longestWaitMs: 2000,
    ...options,
  });
}

/** For tests that do not end anything early. */
export const forever = new AbortController().signal;
