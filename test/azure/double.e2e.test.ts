import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Control } from "../doubles/azure-native/control.ts";
import { type DoubleProgram, doubleProgram } from "../doubles/azure-native/program.ts";
import { text } from "../doubles/azure-native/values.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-double";
const vnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet`;
const card = `${group}/providers/Microsoft.Network/networkInterfaces/vm-nic`;
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;
const extension = `${machine}/extensions/join`;

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

interface Bench {
  readonly program: DoubleProgram;
  readonly control: Control;
  readonly pulumi: (...args: readonly string[]) => Promise<Run>;
}

/** The real engine before the double, with the program of one machine. */
async function bench(t: TestContext, environment: Readonly<Record<string, string>> = {}): Promise<Bench> {
  const program = doubleProgram({ main: "test/azure/programs/machine.ts", environment });
  const control = new Control(program.state);
  t.after(() => {
    control.close();
    program.remove();
  });
  const pulumi = async (...args: readonly string[]): Promise<Run> => {
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: program.folder,
      env: program.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return { code, signal, text: output };
  };
  assert.equal((await pulumi("stack", "init", "test")).code, 0);
  return { program, control, pulumi };
}

const up = ["up", "--yes", "--skip-preview"] as const;

function done({ code, text: output }: Run, counts: RegExp): void {
  assert.equal(code, 0, output);
  assert.match(output, counts);
}

/** What an engine that was killed leaves: its lock, and operations that may or may not have been done. */
async function settle({ pulumi }: Bench): Promise<void> {
  assert.equal((await pulumi("cancel", "--yes")).code, 0);
  done(await pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates"), /Resources:/);
}

describe("the double under the real engine", () => {
  it("goes up, has nothing to change, previews nothing, mends drift and goes down", async (t) => {
    const { control, pulumi, program } = await bench(t);
    const preview = await pulumi("preview");
    done(preview, /\+ 8 to create/);
    assert.deepEqual(control.resources(), []);

    done(await pulumi(...up), /\+ 8 created/);
    assert.deepEqual(
      control.log().map(({ id }) => id),
      [group, vnet, `${vnet}/subnets/hosts`, card, machine, extension],
    );
    const shown = await pulumi("stack", "output", "address");
    assert.equal(shown.text.trim(), "10.1.0.4");
    done(await pulumi(...up), /8 unchanged/);
    done(await pulumi("refresh", "--yes", "--skip-preview"), /8 unchanged/);

    control.remove(extension);
    control.touch(machine, { tags: { touched: "by hand" } });
    done(await pulumi("refresh", "--yes", "--skip-preview"), /~ 1 updated\s+- 1 deleted/);
    done(await pulumi(...up), /\+ 1 created\s+~ 1 updated/);
    assert.equal(text(control.find(machine)?.outputs, "tags.touched"), "");
    assert.ok(control.find(extension));

    const state = readFileSync(join(program.folder, "backend/.pulumi/stacks/deskbridge/test.json"), "utf8");
    assert.doesNotMatch(state, /battery staple|do not show this/);

    done(await pulumi("destroy", "--yes", "--skip-preview"), /- 8 deleted/);
    // The machine's disk had no deleteOption, but its group has taken it along.
    assert.deepEqual(control.resources(), []);
  });

  it("stops at a refusal, and goes on from there", async (t) => {
    const { control, pulumi } = await bench(t);
    control.quota("11111111-1111-4111-8111-111111111111", "italynorth", "cores", 4);
    const refused = await pulumi(...up);
    assert.equal(refused.code, 1);
    assert.match(refused.text, /Status=409 Code="OperationNotAllowed" Message="Operation could not be completed/);
    assert.ok(control.find(card));
    control.quota("11111111-1111-4111-8111-111111111111", "italynorth", "cores", 64);
    done(await pulumi(...up), /\+ 2 created/);
  });

  it("waits a short storm out; a long one is the user's, and the next run completes", async (t) => {
    const { control, pulumi } = await bench(t);
    control.setFault({ match: "virtualNetworks/vnet", kind: "429", times: 2, operation: "create" });
    control.setFault({ match: card, kind: "429", times: 10 });
    const stormy = await pulumi(...up);
    assert.equal(stormy.code, 1);
    assert.match(stormy.text, /Status=429 Code="SubscriptionRequestsThrottled"/);
    assert.ok(control.find(vnet));
    assert.equal(control.find(card), undefined);
    control.clearFaults();
    done(await pulumi(...up), /\+ 3 created/);
    const made = control.log().map(({ id }) => id);
    assert.equal(new Set(made).size, made.length, "something was made twice");
  });

  it("keeps what was made when its operation timed out: the next run updates it", async (t) => {
    const { control, pulumi } = await bench(t);
    control.setFault({ match: machine, kind: "timeout-created", operation: "create" });
    const late = await pulumi(...up);
    assert.equal(late.code, 1);
    assert.match(late.text, /operation timed out/);
    done(await pulumi(...up), /\+ 1 created\s+~ 1 updated/);
    assert.equal(control.find(machine)?.provisioning, "Succeeded");
    done(await pulumi(...up), /8 unchanged/);
  });

  it("loses what was made when the connection broke: only an import finds it", async (t) => {
    const { control, pulumi } = await bench(t);
    control.setFault({ match: vnet, kind: "reset-created", operation: "create" });
    assert.match((await pulumi(...up)).text, /connection reset by peer/);
    assert.match((await pulumi(...up)).text, /cannot create already existing resource '.*\/virtualNetworks\/vnet'/);
    const provider = await pulumi("stack", "--show-urns");
    assert.equal(provider.code, 0);
    const imported = await pulumi(
      ..."import azure-native:network:VirtualNetwork network".split(" "),
      vnet,
      ..."--yes --protect=false --generate-code=false --skip-preview --provider".split(" "),
      `main=${urnOf(provider.text)}`,
    );
    assert.equal(imported.code, 0, imported.text);
    done(await pulumi(...up), /4 created/);
  });

  for (const kind of ["crash-before", "crash-after"] as const) {
    it(`kills the engine (${kind}) at a write, always the same one`, async (t) => {
      const all = await bench(t);
      const { control, pulumi } = all;
      control.setFault({ match: "", kind, at: 4, operation: "create" });
      const killed = await pulumi(...up);
      assert.equal(killed.signal, "SIGKILL", killed.text);
      const made = ["crash-before", "crash-after"].indexOf(kind) + 3;
      assert.equal(control.resources().length, made);
      await settle(all);
      const next = await pulumi(...up);
      if (kind === "crash-before") done(next, /created/);
      else assert.match(next.text, /cannot create already existing resource '.*\/networkInterfaces\/vm-nic'/);
    });
  }
});

/** The provider's URN out of `pulumi stack --show-urns`. */
function urnOf(output: string): string {
  return /urn:pulumi:\S*pulumi:providers:azure-native::main/.exec(output)?.[0] ?? "";
}
