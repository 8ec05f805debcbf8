/**
 * `@peculiar/x509` stands on tsyringe, which refuses to load without the metadata half of `Reflect` (the old decorators
 * proposal). Only what those two use of it, and only where nobody has brought it already. Import it before them.
 */
type Target = object;
type Key = string | symbol;
const store = new WeakMap<Target, Map<Key, unknown>>();

function defineMetadata(key: Key, value: unknown, target: Target): void {
  const own = store.get(target) ?? new Map<Key, unknown>();
  store.set(target, own.set(key, value));
}

function getOwnMetadata(key: Key, target: Target): unknown {
  return store.get(target)?.get(key);
}

function getMetadata(key: Key, target: Target): unknown {
  for (let at: Target | null = target; at !== null; at = Reflect.getPrototypeOf(at)) {
    const own = store.get(at);
    if (own?.has(key) === true) return own.get(key);
  }
  return undefined;
}

const metadata =
  (key: Key, value: unknown) =>
  (target: Target): void =>
    defineMetadata(key, value, target);

if (!("getMetadata" in Reflect)) Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata, metadata });
