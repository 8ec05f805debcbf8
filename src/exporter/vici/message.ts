/**
 * Messages of vici, the control protocol of strongSwan's charon (src/libcharon/plugins/vici/README.md there): a tree of
 * sections, whose leaves are strings and lists of strings.
 */

export type ViciValue = string | readonly string[] | ViciSection;
export type ViciSection = ReadonlyMap<string, ViciValue>;

/** The daemon did not answer as charon does; the message says what came instead. */
export class ViciError extends Error {
  override readonly name = "ViciError";
}

const element = { sectionStart: 1, sectionEnd: 2, keyValue: 3, listStart: 4, listItem: 5, listEnd: 6 } as const;

/** charon nests five deep (an SA's child's lists). */
const maxDepth = 16;

/** Reads a message. Throws ViciError where it is none: broken off, not balanced, a name twice. */
export function decodeMessage(bytes: Buffer): ViciSection {
  const read = new Reader(bytes);
  const root = section(read, 0);
  if (!read.done) throw new ViciError("a message ends a section that it did not begin");
  return root;
}

/** Reads up to the section's end, the root's being the message's. */
function section(read: Reader, depth: number): ViciSection {
  if (depth > maxDepth) throw new ViciError(`a message nests more than ${maxDepth} deep`);
  const found = new Map<string, ViciValue>();
  const put = (name: string, value: ViciValue): void => {
    if (found.has(name)) throw new ViciError(`a message names ${JSON.stringify(name)} twice in one section`);
    found.set(name, value);
  };
  while (!read.done) {
    const type = read.byte();
    if (type === element.sectionStart) put(read.name(), section(read, depth + 1));
    else if (type === element.keyValue) put(read.name(), read.value());
    else if (type === element.listStart) put(read.name(), list(read));
    else if (type === element.sectionEnd && depth > 0) return found;
    else throw new ViciError(`a message has an element of type ${type} where none of that kind can be`);
  }
  if (depth > 0) throw new ViciError("a message broke off");
  return found;
}

function list(read: Reader): readonly string[] {
  const items: string[] = [];
  for (;;) {
    const type = read.byte();
    if (type === element.listEnd) return items;
    if (type !== element.listItem) throw new ViciError(`a list has an element of type ${type}`);
    items.push(read.value());
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#take(1).readUInt8();
  }

  name(): string {
    return this.#take(this.byte()).toString("latin1");
  }

  value(): string {
    return this.#take(this.#take(2).readUInt16BE()).toString("utf8");
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new ViciError("a message broke off");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
