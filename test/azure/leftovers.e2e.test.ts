import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { parse, stringify } from "yaml";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { roles } from "../../stacks/azure/ids.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { ended, succeeded } from "../lab/world.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

const subscription = "/subscriptions/00000001-0000-0000-0000-000000000001";
const role = "azure-native:authorization:RoleAssignment";
const powerRole = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roles["Desktop Virtualization Power On Off Contributor"]}`;
const radio = "link-comune--municipio--radio";
/** As earlier releases made keys. */
const old = `${"a".repeat(20)}-${"b".repeat(22)}`;

/** What nobody can take away, and what others have given: the real commands and engine, on the double of Azure. */
describe("what a fleet finds in Azure, and leaves there", () => {
  let world: AzureWorld;
  let azure: Control;
  let power: string;
  const up = async (...words: string[]) =>
    succeeded(await world.deskbridge("up", "--target", "azure", "--yes", "--no-publish", ...release, ...words));
  const down = async (...words: string[]) =>
    succeeded(await world.deskbridge("down", "--target", "azure", "--confirm", "faults", "--accept-loss", ...words));
  const pulumi = async (...words: string[]) => succeeded(await ended(await world.pulumi(...words, "-s", "azure-hub")));
  const keys = async () =>
    JSON.parse((await pulumi("config", "get", "deskbridge:linkKeys")).stdout) as Record<string, string>;
  const named = (ending: string) => azure.resources().filter(({ id }) => id.endsWith(`/${ending}`));
  /** Ids of the roles of the service that starts hosts, at the subscription. */
  const powers = () =>
    azure.resources().flatMap(({ id, inputs }) => (inputs["roleDefinitionId"] === powerRole ? [id] : []));
  const left = () => azure.resources().flatMap(({ token, id }) => (token === "" ? [] : [id]));
  /** As somebody does in the portal, or another program. */
  const give = (name: string): string => {
    const id = `${subscription}/providers/Microsoft.Authorization/roleAssignments/${name}`;
    const { desktopService: principalId } = parse(withRadio.tenancy) as Tenancy;
    const whom = { principalId, principalType: "ServicePrincipal", roleDefinitionId: powerRole };
    azure.make(role, id, { roleAssignmentName: name, scope: subscription, ...whom });
    return id;
  };
  const withRadio = { fleet: "", tenancy: "" };

  before(async () => {
    world = await makeAzureWorld("test/testdata/azure/faults.yaml");
    azure = new Control(world.azure);
    withRadio.fleet = readFileSync(world.fleet, "utf8");
    withRadio.tenancy = readFileSync(tenancyPath(world.fleet), "utf8");
  });
  after(async () => {
    azure.close();
    await world.end();
  });

  test("a role that was given in the portal serves, and a key with a hyphen that Azure has not seen is made anew", async () => {
    power = give("99999999-9999-4999-8999-999999999999");
    // Makes the program's folder, and nothing else.
    await up("--preview");
    await pulumi("stack", "init");
    const before_ = { "comune/municipio/fibre": old, "comune/municipio/radio": "a_key_of_somebody" };
    await pulumi("config", "set", "--secret", "deskbridge:linkKeys", JSON.stringify(before_));
    const { stderr } = await up();
    assert.match(stderr, /azure-hub: line comune\/municipio\/fibre gets another key: its own has a hyphen/);
    assert.match(stderr, /azure-hub: power-main: somebody has given this role already; it is left as it is/);
    assert.deepEqual(powers(), [power]);
    const { "comune/municipio/fibre": fibre, "comune/municipio/radio": kept } = await keys();
    assert.match(fibre ?? "", /^[0-9a-f]{64}$/);
    assert.equal(kept, "a_key_of_somebody");
  });

  test("again: nothing to do", async () => {
    assert.match((await up()).stdout, /no changes/);
  });

  test("a line that is dropped goes, but for its secret, which nobody can delete at the closed vault", async () => {
    const { "comune/municipio/radio": _gone, ...lines } = (parse(withRadio.tenancy) as Tenancy).lines;
    writeFileSync(tenancyPath(world.fleet), stringify({ ...(parse(withRadio.tenancy) as Tenancy), lines }));
    writeFileSync(world.fleet, withRadio.fleet.replace(/^ +- \{ id: radio,.*\n/m, ""));
    const { stderr } = await up();
    assert.match(stderr, /In Azure: 0 to make, 0 to change, 0 to make anew, 2 to take away/);
    assert.deepEqual(named("con-comune--municipio--radio"), []);
    assert.equal(named(radio).length, 1);
    assert.match((await up()).stdout, /no changes/);
  });

  test("the line returns with its key, and its secret is adopted", async () => {
    const [before_] = named(radio);
    writeFileSync(tenancyPath(world.fleet), withRadio.tenancy);
    writeFileSync(world.fleet, withRadio.fleet);
    assert.match((await up()).stderr, /azure-hub: found in Azure and adopted: vault-comune--municipio--radio/);
    assert.equal(named("con-comune--municipio--radio").length, 1);
    assert.deepEqual(named(radio)[0]?.hashes, before_?.hashes);
    assert.match((await up()).stdout, /no changes/);
  });

  test("down leaves nothing but what others have given, and waits where Azure has no reads left", async () => {
    const [, , main = ""] = subscription.split("/");
    world.arm.state.reads.set(main, -50);
    world.arm.state.readAt.set(main, Date.now());
    const { stderr } = await down();
    assert.doesNotMatch(stderr, /is not known/);
    assert.deepEqual(left(), [power]);
  });

  test("up recovers the vault with its secrets, which get the new keys; a role of another fleet's is shared", async () => {
    azure.remove(power);
    await up();
    const own = powers();
    assert.equal(own.length, 1);
    assert.equal(named(radio).length, 1);
    assert.notEqual((await keys())["comune/municipio/radio"], "a_key_of_somebody");
    // Of a machine's extensions one goes after the other: each costs a try, and two in vain would end it.
    const extension = /\/virtualMachines\/comshagk-00001\/extensions\//;
    for (const { id } of azure.resources().filter(({ id }) => extension.test(id)))
      azure.setFault({ match: id, kind: "429", operation: "delete", times: 4 });
    const { stderr } = await down("--tries", "2", "--retry-seconds", "0");
    azure.clearFaults();
    assert.ok((stderr.match(/azure-comune-shared-1: .*again in 0 s$/gm) ?? []).length >= 3, stderr);
    // Another fleet of the subscription has it under the same name, and goes on.
    assert.deepEqual(left(), own);
  });

  test("the next fleet of the subscription takes the role that is there", async () => {
    const before_ = powers();
    const writes = azure.log().length;
    assert.match((await up()).stderr, /azure-hub: found in Azure and adopted: .*power-main/);
    assert.deepEqual(powers(), before_);
    const written = azure.log().slice(writes);
    assert.ok(!written.some(({ id }) => before_.includes(id)));
  });
});
