export interface WebexPerson {
  readonly id: string;
  readonly email: string;
  readonly licences: Set<string>;
  readonly pending: Set<string>;
  /** Of another organisation: a licence waits for the person's consent. */
  isExternal: boolean;
  lastActivity?: string;
  /** Undefined where it is not shared. */
  status?: string;
}

export interface WebexLicence {
  readonly id: string;
  readonly name: string;
  readonly siteUrl: string;
  totalUnits: number;
}

/** A Webex organisation. */
export class WebexState {
  /** After a write, so many looks at the person show what was before. */
  lagReads = 0;
  /** The answers' greatest page, whatever is asked for. */
  pageSize = 300;
  readonly licences: WebexLicence[] = [];
  readonly people = new Map<string, WebexPerson>();
  #made = 0;
  readonly #stale = new Map<string, { readonly licences: readonly string[]; left: number }>();

  add(email: string, person: Partial<WebexPerson> = {}): WebexPerson {
    this.#made += 1;
    const id = `person-${this.#made}`;
    const made = { id, email, licences: new Set<string>(), pending: new Set<string>(), isExternal: false };
    const added: WebexPerson = { ...made, status: "inactive", ...person };
    this.people.set(email, added);
    return added;
  }

  find(key: string): WebexPerson | undefined {
    return this.people.get(key) ?? [...this.people.values()].find(({ id }) => id === key);
  }

  holders(licence: string): readonly WebexPerson[] {
    return [...this.people.values()].filter(({ licences }) => licences.has(licence));
  }

  /** Licences as a look at the person shows them. */
  seen(person: WebexPerson): readonly string[] {
    const stale = this.#stale.get(person.id);
    if (stale === undefined || stale.left === 0) return [...person.licences];
    stale.left -= 1;
    return stale.licences;
  }

  /** False where it was not done: no unit is left, or no such licence is. */
  change(person: WebexPerson, licence: string, operation: string): boolean {
    const found = this.licences.find(({ id }) => id === licence);
    if (found === undefined) return false;
    if (person.isExternal && operation === "add") {
      person.pending.add(licence);
      return true;
    }
    const wanted = operation === "add";
    if (person.licences.has(licence) === wanted) return true;
    if (wanted && this.holders(licence).length >= found.totalUnits) return false;
    this.#stale.set(person.id, { licences: [...person.licences], left: this.lagReads });
    if (wanted) person.licences.add(licence);
    else person.licences.delete(licence);
    return true;
  }
}
