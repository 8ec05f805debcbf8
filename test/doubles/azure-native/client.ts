import type { Arm } from "./arm.ts";
import { Clock, type Operation } from "./clock.ts";
import { ArmError, PartialError, ProviderError } from "./errors.ts";
import { crash, type FaultKind, spend, strike } from "./faults.ts";
import { armType, groupId, idsIn, parentId, subscriptionOf } from "./ids.ts";
import { schemaOf } from "./schema.ts";
import type { SqlRow, State, Stored } from "./state.ts";
import { bucketsOf, take, type Verb } from "./throttle.ts";
import type { ResourceType } from "./types/type.ts";
import type { Properties } from "./values.ts";

/** azcore's retry policy, as azure-native sets it (provider/pkg/azure/client_azcore.go, azcore policy_retry.go). */
const retries = 3;
const longestDelay = 120;
const backOff = [20, 60, 120];
/** azure-native polls a write every 10 s and a delete every 30 s (client_azcore.go). */
const pollSeconds = { write: 10, delete: 30 } as const;
/** Where the program sets no customTimeouts: two hours (azureContext in provider.go). */
const defaultTimeout = 7200;
/** How long a request takes. Azure publishes no such figure; this one is the double's own. */
const requestSeconds = 0.2;

/** How azure-native talks to Azure: retries, waits for long-running operations, and the faults of a test on the way. */
export class Client {
  readonly #state: State;
  readonly #arm: Arm;
  readonly #clock: Clock;

  constructor(arm: Arm) {
    this.#arm = arm;
    this.#state = arm.state;
    this.#clock = new Clock(arm.state);
  }

  get(id: string, type: ResourceType): Properties | undefined {
    return this.#during([id], (operation) => this.#read(operation, id, type));
  }

  /** Refuses what is already there, as azure-native does before it creates. */
  create(id: string, type: ResourceType, inputs: Properties, timeout: number): { id: string; properties: Properties } {
    return this.#during(beside(id, inputs), (operation) => {
      if (this.#read(operation, id, type) !== undefined && type.singleton !== true) {
        throw new ProviderError(`cannot create already existing resource '${id}'`);
      }
      const saved = this.#put(operation, "create", id, type, inputs, timeout);
      return { id: saved.id, properties: this.#read(operation, saved.id, type) ?? {} };
    });
  }

  update(id: string, type: ResourceType, inputs: Properties, timeout: number): Properties {
    return this.#during(beside(id, inputs), (operation) => {
      const saved = this.#put(operation, "update", id, type, inputs, timeout);
      return this.#read(operation, saved.id, type) ?? {};
    });
  }

  delete(id: string, type: ResourceType, timeout: number): void {
    this.#during([id], (operation) => {
      const faults = this.#faults("delete", id, type);
      this.#request(operation, "delete", id, faults);
      if (faults.some((fault) => fires(this.#state, fault, id, "crash-before"))) crash();
      this.#arm.delete(type, id);
      this.#log("DELETE", id);
      this.#aftermath(operation, id, type, faults, timeout);
      if (type.longRunning === true) this.#poll(operation, id, pollSeconds.delete, pollSeconds.delete);
    });
  }

  #put(
    operation: Operation,
    kind: "create" | "update",
    id: string,
    type: ResourceType,
    inputs: Properties,
    timeout: number,
  ): Stored {
    const faults = this.#faults(kind, id, type);
    this.#request(operation, "write", id, faults);
    if (faults.some((fault) => fires(this.#state, fault, id, "crash-before"))) crash();
    const seconds =
      type.longRunning === true ? Math.max(pollSeconds.write, kind === "create" ? (type.seconds ?? 0) : 0) : 0;
    const stuck = faults.some((fault) => fires(this.#state, fault, id, "never-ends"));
    const failing = faults.some((fault) => fires(this.#state, fault, id, "fails"));
    const end = stuck ? unfinished(type) : failing ? "Failed" : "Succeeded";
    const { saved, failure } = this.#arm.put(type, id, inputs, operation.time + seconds, end);
    this.#log("PUT", saved.id);
    if (stuck) throw timedOut(operation, saved.id, type, timeout);
    this.#aftermath(operation, saved.id, type, faults, timeout);
    if (seconds > (timeout || defaultTimeout)) throw timedOut(operation, saved.id, type, timeout);
    if (seconds > 0) this.#poll(operation, id, pollSeconds.write, seconds);
    if (failure !== undefined) throw new PartialError(saved.id, failure.message);
    if (failing) throw new PartialError(saved.id, 'Code="OperationFailed" Message="as it was told to"');
    return saved;
  }

  /** What goes wrong once Azure has done what was asked. */
  #aftermath(operation: Operation, id: string, type: ResourceType, faults: readonly SqlRow[], timeout: number): void {
    for (const fault of faults) {
      if (fires(this.#state, fault, id, "crash-after")) crash();
      if (fires(this.#state, fault, id, "timeout-created")) throw timedOut(operation, id, type, timeout);
      if (fires(this.#state, fault, id, "reset-created")) throw reset(id, type);
    }
  }

  #faults(operation: string, id: string, type: ResourceType): readonly SqlRow[] {
    return this.#state.transaction(() => strike(this.#state, operation, type.token, id));
  }

  #read(operation: Operation, id: string, type: ResourceType): Properties | undefined {
    this.#request(operation, "read", id, this.#faults("read", id, type));
    return this.#arm.get(id, type);
  }

  #poll(operation: Operation, id: string, every: number, seconds: number): void {
    for (let waited = 0; waited < seconds; waited += every) {
      operation.wait(every);
      this.#request(operation, "read", id, []);
    }
  }

  /** One request with its retries: after the last of them the refusal is the user's. */
  #request(operation: Operation, verb: Verb, id: string, faults: readonly SqlRow[]): void {
    for (let attempt = 0; ; attempt += 1) {
      const refusal = this.#attempt(operation, verb, id, faults);
      if (refusal === undefined) return;
      if (attempt >= retries || refusal.retryAfter > longestDelay) throw refusal.error;
      operation.wait(refusal.retryAfter === 0 ? (backOff[attempt] ?? longestDelay) : refusal.retryAfter);
    }
  }

  #attempt(operation: Operation, verb: Verb, id: string, faults: readonly SqlRow[]): Refusal | undefined {
    operation.wait(requestSeconds);
    this.#state.count(`${verb}s`);
    const answered = faults.find((fault) =>
      ["429", "500", "503"].some((kind) => fires(this.#state, fault, id, kind as FaultKind)),
    );
    const waits = bucketsOf(verb, subscriptionOf(id), armType(id)).map((bucket) =>
      take(this.#state, bucket, operation.time),
    );
    const retryAfter = Math.max(...waits);
    if (answered?.["kind"] === "500")
      return { retryAfter: 0, error: new ArmError(500, "InternalServerError", "An error occurred.") };
    if (answered?.["kind"] === "503") {
      return {
        retryAfter: 0,
        error: new ArmError(503, "ServiceUnavailable", "The service is temporarily unavailable."),
      };
    }
    if (answered === undefined && retryAfter === 0) return undefined;
    this.#state.count("throttled");
    return { retryAfter: Math.max(retryAfter, 1), error: throttled(verb, id, Math.max(retryAfter, 1)) };
  }

  #during<Result>(ids: readonly string[], work: (operation: Operation) => Result): Result {
    const operation = this.#clock.start(ids);
    try {
      return work(operation);
    } finally {
      operation.end();
    }
  }

  #log(verb: string, id: string): void {
    this.#state.run("INSERT INTO writes (verb, id) VALUES (?, ?)", verb, id);
  }
}

interface Refusal {
  /** Seconds; 0 where the answer names none. */
  readonly retryAfter: number;
  readonly error: ArmError;
}

function fires(state: State, fault: SqlRow, id: string, kind: FaultKind): boolean {
  return fault["kind"] === kind && spend(state, fault, id);
}

/** What must be done before an operation on an id starts: what it stands in and what it names. */
function beside(id: string, inputs: Properties): readonly string[] {
  return [id, parentId(id) ?? "", groupId(id) ?? "", ...idsIn(inputs).map((found) => found.id)];
}

function throttled(verb: Verb, id: string, seconds: number): ArmError {
  return new ArmError(
    429,
    "SubscriptionRequestsThrottled",
    `Number of '${verb}' requests for subscription '${subscriptionOf(id)}' exceeded. Please try again after ` +
      `'${seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for ` +
      `additional information.`,
  );
}

/** What a type without a provisioning state is asked is done before Azure answers: only the answer can go missing. */
function unfinished(type: ResourceType): string {
  return schemaOf(type.token).outputs.has("provisioningState") ? "Updating" : "Succeeded";
}

/** azure-native knows the id only of what it polls; else it gives the engine a plain error (AzureError in azure.go). */
function timedOut(operation: Operation, id: string, type: ResourceType, timeout: number): Error {
  operation.wait(Math.max(0, operation.began + (timeout || defaultTimeout) - operation.time));
  return type.longRunning === true
    ? new PartialError(id, "operation timed out")
    : new ProviderError("operation timed out");
}

function reset(id: string, type: ResourceType): ProviderError {
  const url = `https://management.azure.com${id}?api-version=${schemaOf(type.token).apiVersion}`;
  return new ProviderError(`Put "${url}": read tcp: read: connection reset by peer`);
}
