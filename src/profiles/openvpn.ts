/** A gateway instance as a profile lists it. */
export interface Remote {
  /** Address or name. */
  readonly address: string;
  readonly port: number;
  readonly protocol: "udp" | "tcp";
}

export interface OpenVpnProfile {
  /** In the order in which the client tries them; each is enough by itself. */
  readonly remotes: readonly Remote[];
  /** PEM of the authority, of the person, and of the person's key: the profile is a secret, mode 0600. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** What every gateway's certificate name begins with, so that no other server of the authority can pass for one. */
  readonly gatewayPrefix?: string;
}

/**
 * One file with all that a client needs. A client whose instance dies hears so from the pings that the server asks for
 * (`keepalive 2 6` there: 6 s), tries the next after 1 s, and gives each at most 4 s to answer: back within 20 s.
 */
export function renderOpenVpnProfile({ remotes, ca, certificate, key, gatewayPrefix }: OpenVpnProfile): string {
  if (remotes.length === 0) throw new RangeError("a profile needs at least one gateway instance");
  // Over TCP the connection's end is notice enough, and OpenVPN refuses the option there.
  const notice = remotes.every((remote) => remote.protocol === "udp") ? ["explicit-exit-notify 1"] : [];
  return [
    "client",
    "dev tun",
    "nobind",
    "persist-key",
    "persist-tun",
    ...remotes.map(({ address, port, protocol }) => `remote ${address} ${port} ${protocol}`),
    "resolv-retry infinite",
    "connect-retry 1 2",
    "connect-timeout 4",
    "hand-window 10",
    ...notice,
    "remote-cert-tls server",
    ...(gatewayPrefix === undefined || gatewayPrefix === "" ? [] : [`verify-x509-name ${gatewayPrefix} name-prefix`]),
    "tls-version-min 1.2",
    "data-ciphers AES-256-GCM",
    "verb 3",
    ...inline("ca", ca),
    ...inline("cert", certificate),
    ...inline("key", key),
    "",
  ].join("\n");
}

/**
 * The order for one person: it begins where the name's hash falls, so that people spread evenly over the instances,
 * and the same person gets the same order each time.
 */
export function remotesFor<T>(commonName: string, instances: readonly T[]): readonly T[] {
  let hash = 0x811c9dc5; // FNV-1a, 32 bits
  for (const byte of Buffer.from(commonName)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const start = instances.length === 0 ? 0 : hash % instances.length;
  return [...instances.slice(start), ...instances.slice(0, start)];
}

/** What all names begin with; empty where they have nothing in common. */
export function commonPrefix(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

function inline(tag: string, pem: string): string[] {
  return [`<${tag}>`, pem.trim(), `</${tag}>`];
}
