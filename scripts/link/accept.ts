import { userInfo } from "node:os";
import { type ArgsDef, defineCommand } from "citty";
import { marks } from "../../dashboards/config.ts";
import { byHandText } from "../../src/link/accept/by-hand.ts";
import { type DemandSettings, demandsFor, leastProbes } from "../../src/link/accept/demands.ts";
import { acceptanceJson, acceptanceText, reportText } from "../../src/link/accept/report.ts";
import type { Effort } from "../../src/link/accept/steps.ts";
import { Alertmanager } from "../../src/link/alertmanager.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { usualLoss } from "../../src/probe/kinds.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import { CommandError, fleetArgs, jsonArg, note, print, printJson, targetArg } from "../cli.ts";
import { acceptance, type Asked, dryRun } from "./accept/acceptance.ts";
import { mustBeNew, signed, verified, writeReport } from "./accept/signature.ts";
import { builtLink, inventoryArg, inventoryOf } from "./built.ts";
import { alertmanagerArg, alertmanagerUrl, answerMs, linkOf, planned, prometheusArg, prometheusUrl } from "./line.ts";

const choices = {
  line: {
    type: "positional",
    required: false,
    valueHint: "LINK",
    description: "the line, such as regione/giunta/fibre",
  },
  seconds: { type: "string", valueHint: "N", default: "10", description: "of throughput, each way (2 to 60)" },
  probes: {
    type: "string",
    valueHint: "N",
    default: "3000",
    description: "of loss and delay, 100 a second (381 to 60000)",
  },
  delay: {
    type: "string",
    valueHint: "MS",
    description: "the round trip that the carrier promised for 95 % of packets, such as 700 by satellite",
  },
  failover: {
    type: "boolean",
    default: true,
    description: "take the line away and give it back; --no-failover: measure it as it stands",
  },
  force: {
    type: "string",
    valueHint: "REASON",
    description: "although the lines that are left are too narrow for the site's people",
  },
  by: { type: "string", valueHint: "NAME", description: "who tests (default: this user)" },
  "dry-run": { type: "boolean", default: false, description: "say what would be done and demanded, and do nothing" },
  report: { type: "string", valueHint: "FILE", description: "write a report: JSON where it ends in .json, else text" },
  key: { type: "string", valueHint: "KEY", description: "sign the report with this SSH key, into FILE.sig" },
  verify: { type: "string", valueHint: "FILE", description: "test nothing: see whether a report is as it was signed" },
  signers: { type: "string", valueHint: "FILE", description: "who may have signed, as ssh-keygen(1) has it" },
  signer: { type: "string", valueHint: "NAME", description: "who should have signed" },
} as const satisfies ArgsDef;

export default defineCommand({
  meta: {
    name: "accept",
    description:
      "test a line before it carries anyone: throughput, loss, delay, failover and back; 0 accepted, 1 refused",
  },
  args: {
    ...choices,
    ...alertmanagerArg,
    ...prometheusArg,
    ...inventoryArg,
    ...targetArg,
    ...fleetArgs,
    ...jsonArg,
  },
  async run({ args }) {
    if (args.verify !== undefined) return verify(args.verify, args);
    if (args.line === undefined) throw new CommandError("name the line, or a report to --verify", 2);
    if (args.key !== undefined && args.report === undefined) throw new CommandError("--key signs a --report FILE", 2);
    const effort: Effort = {
      seconds: count("--seconds", args.seconds, 2, 60),
      probes: count("--probes", args.probes, leastProbes(usualLoss), 60_000),
    };
    const promisedMs = args.delay === undefined ? undefined : count("--delay", args.delay, 1, 5000);
    const demand: Omit<DemandSettings, "mbps"> = { share: Number(marks.shareUsed.value), loss: usualLoss, promisedMs };
    if (args.target === "azure") {
      const { site, link } = linkOf(planned(args.fleet, args.stage).plan, args.line);
      print(byHandText(site, link, demandsFor({ ...demand, mbps: link.mbps }), effort));
      throw new CommandError(
        "nothing was tested: at a site of Azure's nothing of ours runs; above is what to do by hand",
      );
    }
    if (args.report !== undefined) mustBeNew(args.report);
    // A key that cannot sign is told before the line is tested.
    if (args.key !== undefined) await signed("", args.key);
    const inventory = await inventoryOf(args.inventory, args.target);
    const { plan, timezone } = planned(args.fleet, args.stage ?? inventory.stage);
    const asked: Asked = {
      plan,
      timezone,
      fleetFile: args.fleet,
      lab: labSettings(process.env),
      inventory,
      link: builtLink(inventory, args.line).id,
      effort,
      demand,
      failover: args.failover,
      force: args.force,
      by: args.by ?? userInfo().username,
      watch: {
        alertmanager: new Alertmanager(alertmanagerUrl(args.alertmanager), answerMs),
        prometheus: new Prometheus(prometheusUrl(args.prometheus), answerMs),
      },
    };
    if (args["dry-run"]) {
      const would = await dryRun(asked);
      if (args.json) printJson(would);
      else
        print([`${would.link}: this would be done`, ...would.steps, "", "and demanded", ...would.demands].join("\n"));
      return;
    }
    const found = await acceptance(asked);
    if (args.json) printJson(acceptanceJson(found));
    else print(acceptanceText(found));
    if (args.report !== undefined) {
      const isJson = args.report.endsWith(".json");
      const text = isJson ? `${JSON.stringify(acceptanceJson(found), undefined, 2)}\n` : reportText(found);
      await writeReport(args.report, text, args.key === undefined ? undefined : await signed(text, args.key));
      note(`report: ${args.report}${args.key === undefined ? ", not signed" : `, signed in ${args.report}.sig`}`);
    }
    if (!found.accepted) process.exitCode = 1;
  },
});

interface VerifyArgs {
  readonly signers?: string | undefined;
  readonly signer?: string | undefined;
  readonly json: boolean;
}

async function verify(file: string, { signers, signer, json }: VerifyArgs): Promise<void> {
  if (signers === undefined || signer === undefined) {
    throw new CommandError("--verify FILE needs --signers FILE and --signer NAME: whose word it should be", 2);
  }
  const found = await verified(file, signers, signer);
  if (json) printJson(found);
  else print(`${file}: as ${found.signer} signed it, with ${found.key}`);
}

function count(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most || text.trim() === "") {
    throw new CommandError(`${option} "${text}": a whole number from ${least} to ${most}`, 2);
  }
  return value;
}
