export interface ZoomUser {
  readonly id: string;
  readonly email: string;
  /** 1 Basic, 2 Licensed. */
  type: number;
  status: "active" | "inactive" | "pending";
  lastLogin?: string;
  isLive: boolean;
  /** Begins of meetings to come. */
  upcoming: string[];
  /** An event is to come, which is no meeting (Zoom Events). */
  hasEvents: boolean;
}

/** A Zoom account. */
export class ZoomState {
  /** Seats bought. */
  hosts: number;
  /** After a write, so many looks at the user show what was before. */
  lagReads = 0;
  /** The answer's greatest page, whatever is asked for. */
  pageSize = 300;
  readonly users = new Map<string, ZoomUser>();
  #made = 0;
  readonly #stale = new Map<string, { readonly type: number; left: number }>();

  constructor(hosts: number) {
    this.hosts = hosts;
  }

  add(email: string, user: Partial<ZoomUser> = {}): ZoomUser {
    this.#made += 1;
    const id = `id-${this.#made}`;
    const made = { id, email, type: 1, status: "active", isLive: false, upcoming: [], hasEvents: false } as const;
    const added: ZoomUser = { ...made, upcoming: [], ...user };
    this.users.set(email, added);
    return added;
  }

  /** By id or address. */
  find(key: string): ZoomUser | undefined {
    return this.users.get(key) ?? [...this.users.values()].find(({ id }) => id === key);
  }

  /** Addresses of all who hold a seat, the invited too. */
  licensed(): readonly string[] {
    return [...this.users.values()].filter(({ type }) => type === 2).map(({ email }) => email);
  }

  count(status: ZoomUser["status"]): number {
    return [...this.users.values()].filter((user) => user.type === 2 && user.status === status).length;
  }

  get free(): number {
    return this.hosts - this.licensed().length;
  }

  /** The type as a look at the user shows it. */
  seen(user: ZoomUser): number {
    const stale = this.#stale.get(user.id);
    if (stale === undefined || stale.left === 0) return user.type;
    stale.left -= 1;
    return stale.type;
  }

  /** False where no seat is left. An invited user stays as invited. */
  become(user: ZoomUser, type: number): boolean {
    if (user.status === "pending" || user.type === type) return true;
    if (type === 2 && this.free < 1) return false;
    this.#stale.set(user.id, { type: user.type, left: this.lagReads });
    user.type = type;
    return true;
  }
}
