import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, describe, it } from "node:test";
import { tokenRefusal } from "../../scripts/azure/access.ts";
import { handoverOf, handoverText } from "../../scripts/azure/handover.ts";
import { importsOf } from "../../scripts/azure/import.ts";
import { requireAzurePlugin } from "../../scripts/azure/plugin.ts";
import { CommandError } from "../../scripts/cli.ts";
import { freshText } from "../../src/plan/text/fresh.ts";
import { stepLines } from "../../src/plan/text/steps.ts";
import { hubWorld, recordHub } from "./hub-context.ts";
import { smallCloud } from "./small-cloud.ts";

function messageOf(action: () => void): string {
  try {
    action();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the vendor's credentials throw, by name. */
function failure(name: string, message: string, errors?: readonly Error[]): Error {
  return Object.assign(new Error(message), { name }, errors === undefined ? {} : { errors });
}

describe("why there is no token", () => {
  it("is told in one line where nobody is signed in, however many ways were tried", () => {
    const absent = failure("CredentialUnavailableError", "Azure CLI could not be found.\nPlease visit …");
    const expected = "nobody is signed in to Azure here: az login, or give an identity by AZURE_… variables";
    assert.equal(tokenRefusal(failure("AggregateAuthenticationError", "…", [absent, absent])), expected);
    assert.equal(tokenRefusal(absent), expected);
  });

  it("is what went wrong with the way that was meant to work", () => {
    const absent = failure("CredentialUnavailableError", "no environment");
    const expired = failure("AuthenticationError", "AADSTS700082: the refresh token has expired\nTrace ID: 1");
    const all = failure("AggregateAuthenticationError", "…", [absent, expired]);
    assert.equal(tokenRefusal(all), "AADSTS700082: the refresh token has expired");
  });
});

describe("the engine's plugin for Azure", () => {
  const home = mkdtempSync(join(tmpdir(), "deskbridge-plugin-"));
  after(() => rmSync(home, { recursive: true }));

  it("is asked for with the command that brings it, and found among the engine's plugins or on the PATH", () => {
    const wanted =
      /azure-native 3\.\d+\.\d+, is not here; have it once:\n.* pulumi plugin install resource azure-native 3/;
    assert.throws(() => requireAzurePlugin(home, "/nowhere"), wanted);
    const version = /azure-native (\d+\.\d+\.\d+)/.exec(messageOf(() => requireAzurePlugin(home, "/nowhere")))?.[1];
    const folder = join(home, "plugins", `resource-azure-native-v${version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pulumi-resource-azure-native"), "");
    requireAzurePlugin(home, "/nowhere");
    requireAzurePlugin("/nowhere", ["/nowhere", folder].join(delimiter));
  });
});

describe("what is taken over", () => {
  it("is read as names and ids, several with commas", () => {
    assert.deepEqual(
      [...importsOf("hub-network=/a/b, network-x=/c=d")],
      [
        ["hub-network", "/a/b"],
        ["network-x", "/c=d"],
      ],
    );
  });

  for (const wrong of ["hub-network", "=/a", "a=/b,,c=/d", ""]) {
    it(`is refused as ${JSON.stringify(wrong)}`, () => {
      assert.throws(
        () => importsOf(wrong),
        (error) => error instanceof CommandError && error.exitCode === 2,
      );
    });
  }
});

describe("stacks that are not there yet", () => {
  it("are counted, and the gateway's time is told where the hub is one of them", () => {
    const { plan } = smallCloud();
    const all = plan.slices.filter(({ target }) => target === "azure");
    const resources = all.reduce((sum, slice) => sum + slice.resources, 0);
    assert.match(freshText(all), new RegExp(`^New: ${all.length} stacks with ${resources} resources\\.`));
    assert.match(freshText(all), /30 to 60 minutes/);
    const [hosts] = all.filter(({ kind }) => kind === "hosts");
    assert.match(freshText([hosts!]), /^New: 1 stack with/);
    assert.doesNotMatch(freshText([hosts!]), /minutes/);
  });
});

describe("what does not stay as it is", () => {
  const step = (op: string, name: string, diff: readonly string[] = []) => {
    const type = "azure-native:compute:VirtualMachine";
    return { stack: "azure-x-office-1", op, urn: name, type, name, diff };
  };

  it("is one line each, in order; a host with its parts is one", () => {
    const steps = [
      step("replace", "off-00002-join"),
      step("delete-replaced", "off-00002"),
      step("replace", "off-00002", ["storageProfile.imageReference.id"]),
      step("update", "office-profiles-share", ["shareQuota"]),
      step("create", "off-00003"),
      step("delete", "off-00001-agent"),
    ];
    assert.deepEqual(stepLines(steps), [
      "  - azure-x-office-1 off-00001",
      "  ± azure-x-office-1 off-00002 (2 resources): storageProfile.imageReference.id",
      "  ~ azure-x-office-1 office-profiles-share: shareQuota",
    ]);
  });

  it("is cut after twenty lines, and the rest is counted", () => {
    const many = Array.from({ length: 25 }, (_, nth) => step("delete", `off-${String(nth).padStart(5, "0")}-join`));
    assert.equal(stepLines(many).length, 21);
    assert.equal(stepLines(many).at(-1), "  … and 5 more");
  });
});

describe("what is handed over to the sites", () => {
  const urn = (name: string): string => `urn:pulumi:azure-hub::deskbridge::x::${name}`;

  it("are the lines that the hub declares, each with its ends and its secret", async () => {
    const hub = await recordHub(hubWorld());
    const resources = hub.resources.map(({ type, name, inputs }) => ({
      type,
      urn: urn(name),
      inputs,
      outputs: inputs,
    }));
    const handover = handoverOf(resources, []);
    assert.equal(handover?.asn, 64_512);
    assert.deepEqual(
      handover?.instances.map(({ id }) => id),
      ["hub-a", "hub-b"],
    );
    assert.equal(handover?.lines.length, hub.ofType("LocalNetworkGateway").length);
    for (const { line, address, asn, peer, secret } of handover?.lines ?? []) {
      assert.ok(line !== "" && address !== "" && peer !== "" && (asn ?? 0) > 0, line);
      assert.equal(secret, `link-${line.replaceAll("/", "--")}`);
    }
    // Azure tells its own addresses only once they are there.
    assert.match(handoverText(handover).join("\n"), /hub-a +unknown +AS 64512, BGP from unknown/);
  });

  it("is nothing where there is no VPN gateway", () => {
    assert.equal(handoverOf([], []), undefined);
    assert.deepEqual(handoverText(undefined), []);
  });
});
