import { connect, type Socket } from "node:net";

/**
 * Talks over a unix socket, which is closed however that ends. When the signal fires, or has fired, the talk fails with
 * what `late` gives.
 */
export async function withSocket<Found>(
  path: string,
  signal: AbortSignal,
  late: () => Error,
  talk: (socket: Socket) => Promise<Found>,
): Promise<Found> {
  const socket = connect(path);
  const abandon = (): void => void socket.destroy(late());
  signal.addEventListener("abort", abandon, { once: true });
  if (signal.aborted) abandon();
  try {
    return await talk(socket);
  } finally {
    signal.removeEventListener("abort", abandon);
    socket.destroy();
  }
}
