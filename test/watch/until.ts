import { setTimeout as pause } from "node:timers/promises";

/** Looks again and again until `look` gives something; fails with what it was waiting for after `seconds`. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  seconds = 60,
): Promise<Found> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await pause(10);
  }
}
