import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { type DoubleProgram, doubleProgram } from "../../doubles/azure-native/program.ts";
import { source } from "./fixture.ts";

describe("the watch slice under the real engine", () => {
  let program: DoubleProgram;
  before(() => {
    program = doubleProgram({ main: "test/azure/programs/watch.ts" });
  });
  after(() => program.remove());

  function pulumi(stack: string, ...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--stack", stack, "--non-interactive"], {
      cwd: program.folder,
      env: program.environment,
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout + stderr);
    return stdout;
  }
  const up = (stack: string, ...more: readonly string[]) => pulumi(stack, "up", "--yes", "--skip-preview", ...more);
  const goDown = (stack: string) => pulumi(stack, "destroy", "--yes", "--skip-preview");

  test("goes up beside the hub, has nothing to change, takes a release in place, and goes down", () => {
    for (const stack of ["azure-hub", "azure-watch"]) pulumi(stack, "stack", "init");
    pulumi("azure-watch", "config", "set", "deskbridge:source", source);
    up("azure-hub");
    // What the plan counts, and the stack itself.
    assert.match(up("azure-watch"), /\+ 46 created/);
    assert.match(up("azure-watch", "--expect-no-changes"), /46 unchanged/);

    // The runbook's address stands in the rules; the scripts are the machines' extensions. No machine is touched.
    pulumi("azure-watch", "config", "set", "deskbridge:source", source.replace(/0123$/, "3210").replace(/7$/, "8"));
    const release = up("azure-watch");
    assert.match(release, /~ 5 updated/);
    assert.match(release, /41 unchanged/);
    assert.doesNotMatch(release, /replaced|deleted/);

    assert.match(goDown("azure-watch"), /- 46 deleted/);
    goDown("azure-hub");
  });
});
