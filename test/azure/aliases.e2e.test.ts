import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, describe, test } from "node:test";
import { Control } from "../doubles/azure-native/control.ts";
import { doubleProgram } from "../doubles/azure-native/program.ts";

/** The SDK's aliases are dropped, since thousands of them stop the engine; ours are how a resource is renamed. */
describe("aliases of our own, under the real engine", () => {
  const program = doubleProgram({ main: "test/azure/programs/renamed.ts" });
  const azure = new Control(program.state);
  after(() => {
    azure.close();
    program.remove();
  });
  const pulumi = (form: string, ...args: readonly string[]) => {
    const env = { ...program.environment, FORM: form };
    const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
      cwd: program.folder,
      env,
      encoding: "utf8",
    });
    return { code: status, text: stdout + stderr };
  };
  const up = (form: string) => pulumi(form, "up", "--yes", "--skip-preview");
  const urns = (): readonly string[] => {
    const { deployment } = JSON.parse(pulumi("", "stack", "export").text) as {
      deployment: { resources: readonly { urn: string; type: string }[] };
    };
    return deployment.resources.flatMap(({ urn, type }) =>
      type.startsWith("azure-native:") ? [urn.split("::").slice(2).join(" ")] : [],
    );
  };

  test("what is made under one name keeps its place in Azure under another", () => {
    assert.equal(pulumi("old", "stack", "init", "test").code, 0);
    const made = up("old");
    assert.equal(made.code, 0, made.text);
    const before = azure.resources();
    const writes = azure.log().length;

    const renamed = up("renamed");
    assert.equal(renamed.code, 0, renamed.text);
    assert.doesNotMatch(renamed.text, /VirtualNetwork.*(created|deleted|replaced)|ResourceGroup.*(created|deleted)/);
    assert.deepEqual(azure.resources(), before);
    assert.equal(azure.log().length, writes);
    assert.deepEqual(urns(), [
      "azure-native:resources:ResourceGroup office",
      "deskbridge:azure:Renamed$azure-native:network:VirtualNetwork hub-network",
    ]);
  });

  test("the state keeps no alias of the SDK's: each resource would carry dozens", () => {
    const { text } = pulumi("", "stack", "export");
    assert.doesNotMatch(text, /azure-native:network\/v\d+/);
  });

  test("without them, the engine knows neither: it would make both anew", () => {
    // The stack holds the new names now, so going back to the old ones without an alias is the same rename.
    const { code, text } = pulumi("old", "preview");
    assert.equal(code, 0, text);
    assert.match(text, /\+ 2 to create/);
    assert.match(text, /- 3 to delete/);
  });
});
