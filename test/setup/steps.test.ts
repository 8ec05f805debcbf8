import assert from "node:assert/strict";
import { test } from "node:test";
import { installedIn, packages } from "../../scripts/setup/packages.ts";
import { everywhere, missingSteps, perform, refusal, type Step } from "../../scripts/setup/steps.ts";

/** A thing that is there or not, and that can be had unless there is an obstacle. */
function thing(name: string, there: boolean, rest: Partial<Step> = {}): Step {
  let found = there;
  return {
    name,
    why: `why ${name}`,
    found: () => found,
    install: async () => {
      found = true;
    },
    remedy: `get ${name}`,
    ...rest,
  };
}

test("does what is missing, in order, and tells each with its reason", async () => {
  const lines: string[] = [];
  const steps = [thing("one", true), thing("two", false), thing("three", false)];
  assert.equal(await perform(steps, (line) => lines.push(line)), 2);
  assert.deepEqual(lines, ["two: why two", "three: why three"]);
});

test("does nothing and says nothing where all is there", async () => {
  const lines: string[] = [];
  assert.equal(await perform([thing("one", true)], (line) => lines.push(line)), 0);
  assert.deepEqual(lines, []);
});

test("names all that is missing and what still works, before it installs anything", async () => {
  let installed = false;
  const root: Step = { name: "root", why: "namespaces", found: () => false, remedy: "run it as root" };
  const openvpn = thing("openvpn", false, { obstacle: "only root may install system packages" });
  const engine = thing("engine", false, {
    install: async () => {
      installed = true;
    },
  });
  await assert.rejects(
    perform([root, thing("there", true), openvpn, engine], () => {}),
    {
      name: "SetupError",
      message: [
        "The lab cannot run on this machine yet. Missing:",
        "  - root (namespaces): run it as root",
        "  - openvpn (why openvpn): get openvpn",
        "Set-up does not add them by itself: only root may install system packages.",
        everywhere,
      ].join("\n"),
    },
  );
  assert.equal(installed, false);
});

test("an installation that changes nothing is a failure", async () => {
  const step = thing("ghost", false, { found: () => false });
  await assert.rejects(
    perform([step], () => {}),
    { message: "ghost is still missing after its installation" },
  );
});

test("what can be had is no reason to refuse", async () => {
  const missing = await missingSteps([thing("one", false), thing("two", true)]);
  assert.deepEqual(
    missing.map(({ name }) => name),
    ["one"],
  );
  assert.equal(refusal(missing), undefined);
});

test("reads what dpkg calls installed, not what it has removed", () => {
  const listing = "openvpn installed\nxrdp config-files\nfping half-installed\nbird2 installed\n";
  assert.deepEqual([...installedIn(listing)], ["openvpn", "bird2"]);
});

test("no package is listed twice", () => {
  assert.equal(new Set(packages.map(({ name }) => name)).size, packages.length);
});
