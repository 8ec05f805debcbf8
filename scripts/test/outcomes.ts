import { relative, resolve } from "node:path";

/** What one test or check came to. */
export type Outcome =
  | { readonly name: string; readonly passed: true }
  | { readonly name: string; readonly passed: false; readonly reason: string };

/** What node:test tells of a test, a suite or a file, as far as we count it. */
export interface TestEvent {
  readonly type: "pass" | "fail";
  readonly name: string;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: {
    readonly type?: string | undefined;
    readonly error?: (Error & { readonly failureType?: string }) | undefined;
  };
}

/**
 * One outcome a test. A suite, or a test with tests inside, that failed only through them is not counted again; one
 * that failed by itself (a hook, a file that does not load) is. Skipped and todo tests have failed: they prove nothing,
 * and so has a file without tests.
 */
export function outcomesOf(events: readonly TestEvent[], root: string): readonly Outcome[] {
  return events.flatMap((event): readonly Outcome[] => {
    const file = relative(root, event.file ?? root);
    const isFile = file !== "" && relative(root, resolve(root, event.name)) === file;
    const name = isFile || file === "" ? event.name : `${event.name} (${file})`;
    const fail = (reason: string): readonly Outcome[] => [{ name, passed: false, reason }];
    if (event.skip !== undefined && event.skip !== false) return fail(`skipped${because(event.skip)}`);
    if (event.todo !== undefined && event.todo !== false) return fail(`still to do${because(event.todo)}`);
    if (event.type === "pass" && isFile) return fail("there is no test in it");
    if (event.type === "pass") return event.details.type === "suite" ? [] : [{ name, passed: true }];
    if (event.details.error?.failureType === "subtestsFailed") return [];
    return fail(firstLine(event.details.error));
  });
}

export function failed(outcomes: readonly Outcome[]): readonly Extract<Outcome, { passed: false }>[] {
  return outcomes.filter((outcome) => !outcome.passed);
}

function because(reason: string | true): string {
  return reason === true || reason === "" ? "" : `: ${reason}`;
}

function firstLine(error: Error | undefined): string {
  const cause = error?.cause instanceof Error ? error.cause : error;
  return cause?.message.split("\n")[0] ?? "failed";
}
