import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exclusionTag } from "../../stacks/azure/body/desktops.ts";
import { profilesArgs, shareGib } from "../../stacks/azure/body/profiles.ts";
import { personalSchedules, pooledSchedules } from "../../stacks/azure/body/schedules.ts";
import { bodyOf, cloudPools, type CloudBody } from "../../stacks/azure/known.ts";
import { deskSubscriptions, powerArgs } from "../../stacks/azure/power.ts";
import { windowsTimeZone } from "../../stacks/azure/time-zone.ts";
import type { Declared } from "./mocks.ts";
import { recordSmall, smallCloud } from "./small-cloud.ts";

describe("when hosts run", () => {
  const minutes = ({ hour, minute }: { hour: number; minute: number }): number => 60 * hour + minute;

  it("is said for each day of the week once, in the order of the day", () => {
    for (const schedules of [pooledSchedules, personalSchedules]) {
      const days = Object.values(schedules).flatMap(({ daysOfWeek }) => daysOfWeek);
      assert.equal(days.length, 7);
      assert.equal(new Set(days).size, 7);
      for (const day of Object.values(schedules)) {
        const times = [day.rampUpStartTime, day.peakStartTime, day.rampDownStartTime, day.offPeakStartTime].map(
          minutes,
        );
        assert.deepEqual(
          times,
          times.toSorted((one, other) => one - other),
        );
      }
    }
  });

  it("brings all hosts up before 08:00 on a working day, and throws nobody out in the evening", () => {
    const day = pooledSchedules.weekdays;
    assert.ok(minutes(day.rampUpStartTime) <= 7 * 60 + 30 && minutes(day.peakStartTime) > 8 * 60);
    assert.equal(day.rampUpMinimumHostsPct, 100);
    assert.equal(minutes(day.rampDownStartTime), 20 * 60);
    assert.deepEqual([day.rampDownForceLogoffUsers, day.rampDownStopHostsWhen], [false, "ZeroSessions"]);
    const own = personalSchedules.weekdays;
    assert.equal(own.rampUpAutoStartHosts, "WithAssignedUser");
    assert.deepEqual([own.peakActionOnLogoff, own.peakActionOnDisconnect], ["None", "None"]);
    for (const each of Object.values(personalSchedules)) {
      const starts = [
        each.rampUpStartVMOnConnect,
        each.peakStartVMOnConnect,
        each.rampDownStartVMOnConnect,
        each.offPeakStartVMOnConnect,
      ];
      assert.deepEqual(new Set(starts), new Set(["Enable"]));
    }
  });

  it("is a plan of the pool's kind, with Windows' name of the time zone and a tag that keeps a host out", async () => {
    const recording = await recordSmall("azure-north");
    for (const [pool, kind] of [
      ["office", "Personal"],
      ["shared", "Pooled"],
    ] as const) {
      const { inputs } = recording.get(`${pool}-scaling`);
      assert.deepEqual(
        [inputs["hostPoolType"], inputs["timeZone"], inputs["exclusionTag"]],
        [kind, "W. Europe Standard Time", exclusionTag],
      );
      assert.deepEqual(inputs["hostPoolReferences"], [
        { hostPoolArmPath: recording.get(`${pool}-hosts`).id, scalingPlanEnabled: true },
      ]);
      const schedules = recording.ofType(`ScalingPlan${kind}Schedule`);
      assert.deepEqual(schedules.map(({ name }) => name).toSorted(), [
        `${pool}-scaling-weekdays`,
        `${pool}-scaling-weekend`,
      ]);
    }
  });

  it("is told in the time zones of Europe, and no other is guessed", () => {
    const table: [string, string][] = [
      ["Europe/Rome", "W. Europe Standard Time"],
      ["Europe/Paris", "Romance Standard Time"],
      ["Europe/Warsaw", "Central European Standard Time"],
      ["Europe/Budapest", "Central Europe Standard Time"],
      ["Europe/Lisbon", "GMT Standard Time"],
      ["Europe/Athens", "GTB Standard Time"],
      ["Europe/Helsinki", "FLE Standard Time"],
      ["Etc/UTC", "UTC"],
    ];
    for (const [zone, windows] of table) assert.equal(windowsTimeZone(zone), windows);
    assert.throws(
      () => windowsTimeZone("America/Lima"),
      /no Windows name is known for the time zone "America\/Lima".*Europe\/Rome/,
    );
  });
});

describe("profiles of pooled desks", () => {
  it("have a share of 30 GiB a desk that only Kerberos opens", async () => {
    const recording = await recordSmall("azure-north");
    const account = recording.get("shared-profiles-account").inputs;
    assert.deepEqual(
      [account["kind"], account["sku"], account["minimumTlsVersion"]],
      ["FileStorage", { name: "Premium_ZRS" }, "TLS1_2"],
    );
    assert.deepEqual(
      [account["publicNetworkAccess"], account["allowSharedKeyAccess"], account["allowBlobPublicAccess"]],
      ["Disabled", false, false],
    );
    assert.match(String(account["accountName"]), /^[a-z0-9]{3,24}$/);
    assert.equal(recording.get("shared-profiles-share").inputs["shareQuota"], 3000);
    assert.deepEqual(recording.get("shared-profiles-service").inputs["shareDeleteRetentionPolicy"], {
      enabled: true,
      days: 14,
    });
    assert.match(
      String(recording.get("shared-profiles-people").inputs["scope"]),
      /\/storageAccounts\/[a-z0-9]+\/fileServices\/default\/fileshares\/profiles$/,
    );
  });

  it("know the domain's people where hosts join one", () => {
    const domain = {
      name: "ad.example.org",
      user: "joiner@ad.example.org",
      guid: "00000006-0000-0000-0000-000000000001",
      controllers: ["172.30.0.4"],
    };
    const context = smallCloud({ azure: { join: "domain" }, tenancy: { domain } }).context("azure-north");
    const body: CloudBody = bodyOf(context);
    const { account } = profilesArgs(context, body, cloudPools(body)[1]!);
    assert.deepEqual(account.azureFilesIdentityBasedAuthentication.activeDirectoryProperties, {
      domainName: domain.name,
      domainGuid: domain.guid,
    });
  });

  it("are never smaller than a premium share, and a pool that no share holds is refused with what to do", () => {
    assert.equal(shareGib({ id: "b/p", desks: 1 }), 100);
    assert.equal(shareGib({ id: "b/p", desks: 3413 }), 102_390);
    assert.throws(() => shareGib({ id: "b/p", desks: 3414 }), /pool b\/p has 3414 desks.*parts of at most 3413 desks/);
  });
});

describe("the right to start and stop hosts", () => {
  it("is one a subscription that holds desks, for the service itself", () => {
    const { plan, tenancy, context } = smallCloud();
    assert.deepEqual(deskSubscriptions(plan), ["main", "second"]);
    const [main, second] = ["main", "second"].map((name) => powerArgs(context("azure-hub"), name));
    assert.equal(main?.scope, `/subscriptions/${tenancy.subscriptions["main"]}`);
    assert.equal(second?.scope, `/subscriptions/${tenancy.subscriptions["second"]}`);
    assert.equal(main?.principalId, tenancy.desktopService);
    assert.notEqual(main?.roleAssignmentName, second?.roleAssignmentName);
  });

  it("is not any body's to declare", async () => {
    for (const stack of ["azure-north", "azure-south"]) {
      const scopes = (await recordSmall(stack))
        .ofType("RoleAssignment")
        .map(({ inputs }: Declared) => String(inputs["scope"]));
      assert.ok(scopes.every((scope) => scope.includes("/resourceGroups/")));
    }
  });
});
