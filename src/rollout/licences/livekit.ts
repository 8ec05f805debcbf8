import { type CreateOptions, RoomServiceClient } from "livekit-server-sdk";
import { faultOf } from "./client.ts";
import { changeLedger, readLedger, type Seat } from "./ledger.ts";
import { type GrantWish, type LivekitKey, longestGrantMs, readGrant, signGrant } from "./livekit-grant.ts";
import type { Provider } from "./provider.ts";
import { untilAborted } from "./until-aborted.ts";
import { VendorError } from "./vendor-error.ts";

export interface LivekitOptions {
  /** `ws://host:port` or `wss://…`, as clients take it. */
  readonly url: string;
  readonly key: LivekitKey;
  /** File of the seats that are given; made with the first. Its folder is there. */
  readonly ledger: string;
  /** How many seats there are. */
  readonly seats: number;
  /** One answer of the server, milliseconds. */
  readonly requestMs?: number;
}

export interface LivekitProvider extends Provider {
  /**
   * A signed grant, with which the account comes into one room, for 7 days where the wish names no other end. It cannot
   * be taken back: it is good until its end. Throws VendorError, `refused` for an account without a seat; RangeError for
   * an end that is past or too far.
   */
  grant(account: string, wish: Omit<GrantWish, "until"> & Partial<GrantWish>): Promise<string>;
  /** Makes a room, or finds it made. Done twice, it changes nothing the second time. Throws VendorError. */
  makeRoom(wish: RoomWish, signal: AbortSignal): Promise<RoomMade>;
  /** Names of the rooms that there are. Throws VendorError. */
  rooms(signal: AbortSignal): Promise<ReadonlySet<string>>;
}

export interface RoomWish {
  readonly room: string;
  /** So many come in at once, at most. */
  readonly people: number;
  /** Until then it is kept, also while nobody is there. The server forgets it where it is started anew. */
  readonly until: Date;
}

/** `other size`: it was made for other numbers, and is left so, since people are in it. */
export type RoomMade = "made" | "there" | "other size";

/** LiveKit sells no seats, so they are ours: a ledger says who has one, and only for those a grant is signed. */
export function livekitProvider(options: LivekitOptions): LivekitProvider {
  const { ledger, seats: total } = options;
  const rooms = roomsOf(options);
  return {
    name: "livekit",

    async seats() {
      return { total, used: (await readLedger(ledger)).size };
    },

    async holders() {
      return [...(await readLedger(ledger)).keys()].map((account) => ({ account }));
    },

    async holds(account) {
      return (await readLedger(ledger)).has(account);
    },

    assign(account) {
      return changeLedger(ledger, (seats) => {
        if (seats.has(account)) return undefined;
        if (seats.size >= total) throw new VendorError("noSeats", `livekit: all ${total} seats are given`);
        return with_(seats, { account, since: new Date().toISOString(), grantEnds: null });
      });
    },

    /** Out of the rooms too, even where the seat is free already: an earlier try may have ended in between. */
    async reclaim(account, signal) {
      // A server that does not answer could not put anybody out: then the seat is not struck either.
      await rooms.participants(signal);
      await changeLedger(ledger, (seats) =>
        seats.has(account) ? new Map([...seats].filter(([holder]) => holder !== account)) : undefined,
      );
      for (const { room, identity } of await rooms.participants(signal)) {
        if (identity.toLowerCase() === account) await rooms.remove(room, identity, signal);
      }
    },

    async inMeeting(accounts, signal) {
      try {
        const present = new Set((await rooms.participants(signal)).map(({ identity }) => identity.toLowerCase()));
        return new Set(accounts.filter((account) => present.has(account)));
      } catch (error) {
        if (error instanceof VendorError && error.kind === "passing") return new Set(accounts);
        throw error;
      }
    },

    async grant(account, wish) {
      const until = wish.until ?? new Date(Date.now() + longestGrantMs);
      const token = await signGrant(options.key, account, { ...wish, until });
      const grantEnds = (readGrant(token)?.until ?? until).toISOString();
      // Written before the grant is given away, so that the ledger never tells an end that is too early.
      await changeLedger(ledger, (seats) => {
        const seat = seats.get(account);
        if (seat === undefined) throw new VendorError("refused", `livekit: ${account} has no seat`);
        const known = seat.grantEnds !== null && Date.parse(seat.grantEnds) >= Date.parse(grantEnds);
        return known ? undefined : with_(seats, { ...seat, grantEnds });
      });
      return token;
    },

    async makeRoom({ room, people, until }, signal) {
      const found = (await rooms.list([room], signal)).find(({ name }) => name === room);
      if (found?.maxParticipants === people) return "there";
      if (found !== undefined) {
        // The server changes no room that there is. What it tells of a room counts people some time later: they are asked for.
        if ((await rooms.within(room, signal)).length > 0) return "other size";
        await rooms.close(room, signal);
      }
      const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000));
      const kept = { emptyTimeout: seconds, departureTimeout: seconds };
      await rooms.make({ name: room, maxParticipants: people, ...kept }, signal);
      return "made";
    },

    async rooms(signal) {
      return new Set((await rooms.list(undefined, signal)).map(({ name }) => name));
    },
  };
}

function with_(seats: ReadonlyMap<string, Seat>, seat: Seat): ReadonlyMap<string, Seat> {
  return new Map([...seats, [seat.account, seat]]);
}

interface Present {
  readonly room: string;
  readonly identity: string;
}

/** What is asked of the server's RoomService. Each throws VendorError, or the signal's reason. */
function roomsOf({ url, key, requestMs = 10_000 }: LivekitOptions) {
  const service = new RoomServiceClient(url, key.name, key.secret, {
    requestTimeout: requestMs / 1000,
    failover: false,
  });
  const ask = async <T>(what: string, call: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await untilAborted(call(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw faultIn(what, error);
    }
  };
  /** A room, or who was in it, may go at any moment. */
  const unlessGone = async <T>(what: string, call: () => Promise<T>, gone: T, signal: AbortSignal): Promise<T> => {
    try {
      return await ask(what, call, signal);
    } catch (error) {
      if (error instanceof VendorError && error.kind === "unknown") return gone;
      throw error;
    }
  };
  const list = (names: string[] | undefined, signal: AbortSignal) =>
    ask("ListRooms", () => service.listRooms(names), signal);
  const within = async (room: string, signal: AbortSignal): Promise<readonly Present[]> => {
    const there = await unlessGone("ListParticipants", () => service.listParticipants(room), [], signal);
    return there.map(({ identity }) => ({ room, identity }));
  };
  return {
    list,
    within,
    async make(options: CreateOptions, signal: AbortSignal): Promise<void> {
      await ask("CreateRoom", () => service.createRoom(options), signal);
    },
    close(room: string, signal: AbortSignal): Promise<void> {
      return unlessGone("DeleteRoom", () => service.deleteRoom(room), undefined, signal);
    },
    async participants(signal: AbortSignal): Promise<readonly Present[]> {
      const rooms = await list(undefined, signal);
      const found: Present[] = [];
      for (const { name } of rooms) {
        found.push(...(await within(name, signal)));
      }
      return found;
    },
    remove(room: string, identity: string, signal: AbortSignal): Promise<void> {
      return unlessGone("RemoveParticipant", () => service.removeParticipant(room, identity), undefined, signal);
    },
  };
}

/** The server's own words may hold the token that it refused: only its code is told. */
function faultIn(what: string, error: unknown): VendorError {
  const { status, code } = error as { readonly status?: unknown; readonly code?: unknown };
  if (typeof status !== "number") return new VendorError("passing", `livekit: ${what}: no answer`);
  const told = typeof code === "string" ? code : undefined;
  const kind = status === 404 ? "unknown" : faultOf(status);
  return new VendorError(kind, `livekit: ${what}: ${[status, told].join(" ").trim()}`, { status, code: told });
}
