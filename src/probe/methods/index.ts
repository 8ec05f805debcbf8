import type { MethodName } from "../kinds.ts";
import { type Method, unprobed } from "../outcome.ts";
import type { Target } from "../targets.ts";
import { http } from "./http.ts";
import { ikev2 } from "./ikev2.ts";
import { openvpn } from "./openvpn.ts";
import { rdp } from "./rdp.ts";
import { ssh } from "./ssh.ts";
import { tcp } from "./tcp.ts";

const wireguardIsSilent = "it speaks WireGuard, which answers nobody whose key it does not have";

/** A gateway, in the protocol that it speaks with people. */
const knock: Method<Target> = async (target, limits) => {
  const { speaks } = target;
  if (speaks === "wireguard") return { kind: "unprobed", why: wireguardIsSilent, byNature: true };
  return speaks === "ikev2" ? ikev2(target, limits) : openvpn(target, limits);
};

const service: Method<Target> = async ({ url, address, ca }, limits) =>
  url === undefined ? unprobed("its URL is not known") : http({ url, address, ca }, limits);

/** The ways of asking one target at a time; ICMP is fping's. */
export const methods: Readonly<Record<Exclude<MethodName, "icmp">, Method<Target>>> = {
  tcp,
  ssh,
  rdp,
  knock,
  http: service,
};
