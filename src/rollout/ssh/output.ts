/** A stream's first bytes up to a bound, the last few for whoever looks for an end mark, and how many there were. */
export class Output {
  readonly #max: number;
  readonly #tailBytes: number;
  readonly #chunks: Buffer[] = [];
  #tail = Buffer.alloc(0);
  /** Bytes that are kept. */
  kept = 0;
  /** Bytes that came. */
  seen = 0;

  constructor(max: number, tailBytes = 0) {
    this.#max = max;
    this.#tailBytes = tailBytes;
  }

  add(chunk: Buffer): void {
    this.seen += chunk.length;
    const room = this.#max - this.kept;
    if (room > 0) {
      // A copy where it is a part of a larger buffer, which would be kept whole.
      const part =
        chunk.length <= room && chunk.length === chunk.buffer.byteLength ? chunk : Buffer.from(chunk.subarray(0, room));
      this.#chunks.push(part);
      this.kept += part.length;
    }
    if (this.#tailBytes > 0) {
      const both = chunk.length >= this.#tailBytes ? chunk : Buffer.concat([this.#tail, chunk]);
      this.#tail = Buffer.from(both.subarray(Math.max(0, both.length - this.#tailBytes)));
    }
  }

  get isCut(): boolean {
    return this.seen > this.kept;
  }

  /** What is not UTF-8 is replaced. */
  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }

  tail(): Buffer {
    return this.#tail;
  }

  /** The first bytes of what is kept, `count` at most. */
  first(count: number): string {
    return Buffer.concat(this.#chunks).subarray(0, count).toString("utf8");
  }
}
