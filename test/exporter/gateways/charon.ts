import type { Socket } from "node:net";
import type { ViciSection, ViciValue } from "../../../src/exporter/vici/message.ts";
import { daemon } from "./daemons.ts";

/** vici from the daemon's side, for charons that no real one would be: packets as bytes. */

/** A message as it is written in tests. */
export interface Tree {
  readonly [name: string]: string | readonly string[] | Tree;
}

export function sectionOf(tree: Tree): ViciSection {
  const value = (each: Tree[string]): ViciValue =>
    typeof each === "string" || Array.isArray(each) ? (each as string) : sectionOf(each as Tree);
  return new Map(Object.entries(tree).map(([name, each]) => [name, value(each)]));
}

export function encode(section: ViciSection): Buffer {
  return Buffer.concat([...section].map(([name, value]) => element(name, value)));
}

function element(name: string, value: ViciValue): Buffer {
  if (typeof value === "string") return Buffer.concat([Buffer.of(3), short(name), long(value)]);
  if (value instanceof Map) return Buffer.concat([Buffer.of(1), short(name), encode(value), Buffer.of(2)]);
  const items = (value as readonly string[]).flatMap((item) => [Buffer.of(5), long(item)]);
  return Buffer.concat([Buffer.of(4), short(name), ...items, Buffer.of(6)]);
}

function short(text: string): Buffer {
  return Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);
}

function long(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

export function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.of(type), ...parts]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

export const confirm = packet(5);
export const done = packet(1);
export const event = (name: string, tree: Tree): Buffer => packet(7, short(name), encode(sectionOf(tree)));

/**
 * A charon that says these trees at its `list-conns` and, one list after the other and the last again and again, at its
 * `list-sas`. `say` may do anything else at a command instead; gives the socket's path.
 */
export function charon(
  name: string,
  connections: readonly Tree[],
  listings: readonly (readonly Tree[])[],
  say?: (socket: Socket, command: string) => boolean,
): Promise<string> {
  let listed = 0;
  return daemon(name, (socket) => {
    let bytes = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (;;) {
        const length = bytes.length < 4 ? Number.POSITIVE_INFINITY : bytes.readUInt32BE() + 4;
        if (bytes.length < length) return;
        const asked = bytes.subarray(6, length).toString();
        const type = bytes[4];
        bytes = bytes.subarray(length);
        if (say?.(socket, asked) === true) continue;
        if (type === 3) socket.write(confirm);
        else if (asked === "list-conns") {
          for (const tree of connections) socket.write(event("list-conn", tree));
          socket.write(done);
        } else if (asked === "list-sas") {
          for (const tree of listings[Math.min(listed, listings.length - 1)] ?? [])
            socket.write(event("list-sa", tree));
          listed += 1;
          socket.write(done);
        } else socket.write(packet(2));
      }
    });
  });
}
