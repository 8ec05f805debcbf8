import type { Provider } from "./licences/provider.ts";
import { VendorError } from "./licences/vendor-error.ts";
import { type Step, StepError } from "./step.ts";

/** Names of the steps by which a person comes to a seat, and loses it. */
export const freeStep = "free";
export const seatStep = "seat";

/** The steps at the vendor: a seat for an account, first freed from another's where none is free. */
export function seatSteps(provider: Provider, account: string, from: string | undefined): readonly Step[] {
  const give = seatHeld(provider, account, account, true, `a seat of ${provider.name} for ${account}`);
  if (from === undefined) return [give];
  const id = `${from} ${account}`;
  const free = seatHeld(
    provider,
    account,
    from,
    false,
    `the seat of ${from}, who has not used it, is freed for ${account}`,
  );
  return [
    { ...free, pair: { id, half: "first" } },
    { ...give, pair: { id, half: "second" } },
  ];
}

/** The seat is taken back, for nobody yet. */
export function freedSeat(provider: Provider, account: string): Step {
  return seatHeld(provider, account, account, false, `the seat of ${account} is taken back`);
}

function seatHeld(provider: Provider, subject: string, account: string, isHeld: boolean, change: string): Step {
  return {
    subject,
    name: isHeld ? seatStep : freeStep,
    // At a vendor one account is one place: what is done to others at the same time shares its quota, not its turn.
    where: `${provider.name}/${account}`,
    change,
    check: async (signal) => (await told(provider.holds(account, signal))) === isHeld,
    apply: (signal) => told(isHeld ? provider.assign(account, signal) : freed(provider, account, signal)),
  };
}

/** Since the plan was made they may have come to a meeting: nobody is put out of one. */
async function freed(provider: Provider, account: string, signal: AbortSignal): Promise<void> {
  const busy = await provider.inMeeting([account], signal);
  if (busy.has(account)) throw new StepError("failed", `${account} is in a meeting, or may be: the seat is theirs`);
  await provider.reclaim(account, signal);
}

/** The vendor's error as the step's. Nobody who answers is out of reach; whoever refuses has failed. */
async function told<Found>(work: Promise<Found>): Promise<Found> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new StepError(error.kind === "passing" ? "unreachable" : "failed", error.message, { cause: error });
  }
}
