import assert from "node:assert/strict";
import { join } from "node:path";
import type { Connection } from "../../../src/rollout/ssh/connection.ts";
import { Dialer } from "../../../src/rollout/ssh/dialer.ts";
import type { SshError } from "../../../src/rollout/ssh/failure.ts";
import { Credentials, type IdentitySource, loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import type { Pacing, Target } from "../../../src/rollout/ssh/target.ts";
import { folderOf, makeKey, patient, publicKey, remove, type Sshd, sshd, target } from "./servers.ts";

/** A folder with two keys, and an OpenSSH that lets in the one and not the other. */
export interface World {
  readonly folder: string;
  readonly key: string;
  readonly stranger: string;
  readonly server: Sshd;
  /** Of the server. */
  readonly there: Target;
  /** Stopped when the world ends, the last one first. */
  started<T extends { stop(): unknown }>(making: Promise<T>): Promise<T>;
  /** With the key that the server knows, where no other identity is given. */
  dialer(source?: IdentitySource, pacing?: Pacing): Promise<Dialer>;
  /** A connection to the server, or elsewhere; destroyed when the world ends. */
  open(where?: Target, from?: Promise<Dialer>): Promise<Connection>;
  end(): Promise<void>;
}

export async function world(name: string): Promise<World> {
  const folder = await folderOf(name);
  const key = await makeKey(join(folder, "key"));
  const stranger = await makeKey(join(folder, "stranger"));
  const server = await sshd(folder, "server", { allow: [await publicKey(key)] });
  const there = target(server.port, server.hostKeys);
  const ends: (() => unknown)[] = [() => remove(folder), () => server.stop()];
  const dialer = async (source: IdentitySource = { keys: [{ file: key }] }, pacing = patient): Promise<Dialer> => {
    const made = new Dialer(new Credentials(await loadIdentity(source)), pacing, () => undefined);
    ends.push(() => made.close());
    return made;
  };
  return {
    folder,
    key,
    stranger,
    server,
    there,
    dialer,
    started: async (making) => {
      const made = await making;
      ends.push(() => made.stop());
      return made;
    },
    open: async (where = there, from = dialer()) => {
      const connection = await (await from).connect(where);
      ends.push(() => connection.destroy("the test is over"));
      return connection;
    },
    end: async () => {
      for (const end of ends.reverse()) await end();
    },
  };
}

/** The error of a class that the promise rejects with. */
export async function failing<E extends SshError>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => E,
): Promise<E> {
  const error = await promise.then(
    () => assert.fail("it came through"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof kind, String(error));
  return error;
}
