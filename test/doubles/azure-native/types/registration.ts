import { ArmError } from "../errors.ts";
import { guid, hash, key, lastName, parentId } from "../ids.ts";
import type { SqlRow, State, Stored } from "../state.ts";
import { at, text } from "../values.ts";
import type { Write } from "./type.ts";

/**
 * How hosts register in their host pool: the agent's extension (AddSessionHost of Azure Virtual Desktop's DSC artefact)
 * runs in the machine, with the pool's token. The pool then knows the host until somebody takes it out, also when its
 * machine is gone.
 */

export interface SessionHost {
  /** Key of the host pool. */
  readonly pool: string;
  readonly name: string;
  /** Key of the machine; "" once that is gone. */
  readonly machine: string;
  /** Whether it takes new people. */
  readonly open: boolean;
  readonly people: readonly string[];
}

export function sessionHosts(state: State, pool: string): readonly SessionHost[] {
  return state.rows("SELECT * FROM session_hosts WHERE pool = ? ORDER BY name", key(pool)).map(fromRow);
}

export function allSessionHosts(state: State): readonly SessionHost[] {
  return state.rows("SELECT * FROM session_hosts ORDER BY pool, name").map(fromRow);
}

export function saveSessionHost(state: State, { pool, name, machine, open, people }: SessionHost): void {
  const values = [pool, name, machine, open ? 1 : 0, JSON.stringify(people)];
  state.run("INSERT OR REPLACE INTO session_hosts VALUES (?, ?, ?, ?, ?)", ...values);
}

export function dropSessionHost(state: State, { pool, name }: Pick<SessionHost, "pool" | "name">): void {
  state.run("DELETE FROM session_hosts WHERE pool = ? AND name = ?", pool, name);
}

export function machineIsGone(machine: string, state: State): void {
  state.run("UPDATE session_hosts SET machine = '' WHERE machine = ?", key(machine));
}

function fromRow(row: SqlRow): SessionHost {
  return {
    pool: String(row["pool"]),
    name: String(row["name"]),
    machine: String(row["machine"]),
    open: row["open"] === 1,
    people: JSON.parse(String(row["people"])) as string[],
  };
}

/** The token that a host pool gives; undefined where it gives none, or none that is still good. `now`: milliseconds. */
export function registrationToken({ id, inputs }: Stored, now: number): string | undefined {
  const expires = text(inputs, "registrationInfo.expirationTime");
  if (expires === "" || Date.parse(expires) <= now) return undefined;
  return `${guid(id, expires)}.${guid(expires, id)}`;
}

/**
 * What the extension's run in the machine ends in. The code is Azure's for any handler that fails
 * (MicrosoftDocs/azure-docs issue 54903, 2020: "RD Agent failed to register VM"); the reasons are the agent's events
 * INVALID_REGISTRATION_TOKEN and NAME_ALREADY_REGISTERED (Microsoft Learn: troubleshoot Azure Virtual Desktop Agent).
 */
export function registrationFailure(write: Write): ArmError | undefined {
  if (!isAgent(write) || !runs(write)) return undefined;
  const reason = refusal(write);
  if (reason === undefined) return undefined;
  return new ArmError(
    409,
    "VMExtensionProvisioningError",
    `VM has reported a failure when processing extension '${lastName(write.id)}' (publisher 'Microsoft.Powershell' and ` +
      `type 'DSC'). Error message: 'RD Agent failed to register VM ${hostOf(write)}: ${reason}'.`,
  );
}

function refusal(write: Write): string | undefined {
  const token = text(write.inputs, "protectedSettings.Items.RegistrationInfoToken");
  if (token === "") return "the protected settings have no RegistrationInfoToken";
  const known = registration(write);
  // The artefact's own test finds the agent registered, and does nothing.
  if (known?.machine === machineOf(write)) return undefined;
  if (known !== undefined) return "NAME_ALREADY_REGISTERED";
  return poolOf(write) === undefined ? "INVALID_REGISTRATION_TOKEN" : undefined;
}

/** A host that its pool knows stays as it is. */
export function register(write: Write, { provisioning }: Stored): void {
  if (provisioning !== "Succeeded" || !isAgent(write) || registration(write) !== undefined) return;
  const pool = poolOf(write);
  if (pool === undefined) return;
  saveSessionHost(write.state, {
    pool: key(pool.id),
    name: hostOf(write),
    machine: machineOf(write),
    open: true,
    people: [],
  });
}

function isAgent({ inputs }: Write): boolean {
  return text(inputs, "settings.configurationFunction").endsWith("\\AddSessionHost");
}

/** An extension whose settings are as they were does not run again, unless it has failed. */
function runs({ inputs, before }: Write): boolean {
  if (before === undefined || before.provisioning !== "Succeeded") return true;
  const [was, is] = [before.inputs, inputs].map((each) => JSON.stringify(at(each, "settings")));
  return was !== is || before.hashes["protectedSettings"] !== hash(JSON.stringify(at(inputs, "protectedSettings")));
}

/** The host pool of the name that the agent is told, where the token is its own and still good. */
function poolOf(write: Write): Stored | undefined {
  const token = text(write.inputs, "protectedSettings.Items.RegistrationInfoToken");
  return poolsNamed(write).find((pool) => registrationToken(pool, write.state.now()) === token);
}

function registration(write: Write): SessionHost | undefined {
  const sql = "SELECT * FROM session_hosts WHERE pool = ? AND name = ?";
  const rows = poolsNamed(write).map(({ id }) => write.state.row(sql, key(id), hostOf(write)));
  return rows.flatMap((row) => (row === undefined ? [] : [fromRow(row)]))[0];
}

function poolsNamed({ inputs, state }: Write): readonly Stored[] {
  const name = key(text(inputs, "settings.properties.hostPoolName"));
  return state.all("Microsoft.DesktopVirtualization/hostPools").filter(({ id }) => key(lastName(id)) === name);
}

function machineOf({ id }: Write): string {
  return key(parentId(id) ?? "");
}

function hostOf({ id }: Write): string {
  return lastName(parentId(id) ?? "");
}
