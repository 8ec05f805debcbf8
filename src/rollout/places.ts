/** Lets one at a time into each place; whoever comes later waits its turn. */
export class Places {
  readonly #last = new Map<string, Promise<unknown>>();

  async alone<Found>(place: string, work: () => Promise<Found>): Promise<Found> {
    const before = this.#last.get(place);
    const own = (before ?? Promise.resolve()).then(work, work);
    this.#last.set(place, own);
    try {
      return await own;
    } finally {
      if (this.#last.get(place) === own) this.#last.delete(place);
    }
  }
}
