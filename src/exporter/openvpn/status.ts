import { wholeNumber } from "../figures.ts";
import { type Ask, ManagementError } from "./management.ts";

export interface GatewayStatus {
  /**
   * People who are in, that is, have an address: OpenVPN lists those too who are about to come in, and for some seconds
   * those whose password it refused.
   */
  readonly sessions: number;
  readonly rxBytes: number;
  readonly txBytes: number;
  /** Addresses that they hold. */
  readonly addresses: ReadonlySet<string>;
}

/** Asks for sessions, addresses and bytes. Throws ManagementError. */
export async function askStatus(ask: Ask): Promise<GatewayStatus> {
  return parseStatus(await ask("load-stats", /^/), await ask("status 3", /^END$/));
}

/** Reads the answers to `load-stats` and `status 3`. Throws ManagementError where a figure of them cannot be one. */
export function parseStatus(load: readonly string[], status: readonly string[]): GatewayStatus {
  const [, , bytesIn, bytesOut] = /^SUCCESS: nclients=(\d+),bytesin=(\d+),bytesout=(\d+)$/.exec(load[0] ?? "") ?? [];
  const [rxBytes, txBytes] = [wholeNumber(bytesIn), wholeNumber(bytesOut)];
  if (rxBytes === undefined || txBytes === undefined)
    throw new ManagementError(`load-stats answers ${JSON.stringify(load[0]?.slice(0, 200))}`);
  const rows = status.map((line) => line.split("\t"));
  const header = rows.find(([kind, of]) => kind === "HEADER" && of === "CLIENT_LIST")?.slice(1);
  const [name, address] = ["Common Name", "Virtual Address"].map((column) => header?.indexOf(column) ?? -1);
  if (header === undefined || name === undefined || address === undefined || name < 0 || address < 0)
    throw new ManagementError("status 3 has no header of its clients");
  const clients = rows.filter(([kind]) => kind === "CLIENT_LIST");
  const short = clients.findIndex(({ length }) => length !== header.length);
  if (short >= 0) throw new ManagementError(`client ${short + 1} of status 3 has ${clients[short]?.length} columns`);
  const held = clients.flatMap((row) => (row[name] === "UNDEF" ? [] : row[address] || []));
  const addresses = new Set(held);
  if (addresses.size < held.length) throw new ManagementError("status 3 gives an address to two people");
  return { sessions: held.length, rxBytes, txBytes, addresses };
}
