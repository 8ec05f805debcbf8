/**
 * Lines of what comes, without their ends, as they come: some at a time. What follows the last end is none. Throws what
 * `excess` gives beyond so many bytes.
 */
export async function* linesOf(
  socket: AsyncIterable<string>,
  mostBytes: number,
  excess: () => Error,
): AsyncGenerator<readonly string[], void> {
  let rest: string[] = [];
  let total = 0;
  for await (const chunk of socket) {
    total += chunk.length;
    if (total > mostBytes) throw excess();
    const [head = "", ...tail] = chunk.split(/\r?\n/);
    rest.push(head);
    if (tail.length === 0) continue;
    const first = rest.join("");
    rest = [tail.pop() ?? ""];
    yield [first.replace(/\r$/, ""), ...tail];
  }
}
