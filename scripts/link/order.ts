import { defineCommand } from "citty";
import { marks } from "../../dashboards/config.ts";
import { orderText } from "../../src/link/order-text.ts";
import { orderFor } from "../../src/link/order.ts";
import { mostLines } from "../../src/plan/sites.ts";
import type { LinkPlan, Plan, SitePlan } from "../../src/plan/types.ts";
import { kindFor, probeKinds, usualLoss } from "../../src/probe/kinds.ts";
import { ipsecPolicy } from "../../stacks/azure/hub/lines.ts";
import { CommandError, fleetArgs, jsonArg, print, printJson } from "../cli.ts";
import { planned, sitesOf } from "./line.ts";

export default defineCommand({
  meta: { name: "order", description: "what to ask a carrier for, from the plan" },
  args: {
    where: {
      type: "positional",
      required: true,
      valueHint: "SITE|LINK",
      description: "the site for a line more, such as regione/consiglio, or one of its lines anew",
    },
    ...fleetArgs,
    ...jsonArg,
  },
  run({ args }) {
    const { plan } = planned(args.fleet, args.stage);
    const { site, link } = find(plan, args.where);
    const order = orderFor(plan, site, link, {
      share: Number(marks.shareUsed.value),
      loss: usualLoss,
      algorithms: plan.cloud === undefined ? undefined : algorithms,
      measure: kindFor(probeKinds.link, sitesOf(plan).flatMap(({ links }) => links).length),
    });
    if (args.json) printJson(order);
    else print(orderText(order));
  },
});

/** As Azure's ends of the lines are set up. */
const algorithms = {
  ike: `IKEv2 ${ipsecPolicy.ikeEncryption}, ${ipsecPolicy.ikeIntegrity}, ${ipsecPolicy.dhGroup}`,
  ipsec: `IPsec ${ipsecPolicy.ipsecEncryption}, PFS ${ipsecPolicy.pfsGroup}, ${ipsecPolicy.saLifeTimeSeconds} s`,
} as const;

function find(plan: Plan, id: string): { readonly site: SitePlan; readonly link: LinkPlan | undefined } {
  const sites = sitesOf(plan);
  for (const site of sites) {
    const link = site.links.find((each) => each.id === id);
    if (link !== undefined) return { site, link };
    if (site.id !== id) continue;
    if (site.links.length < mostLines) return { site, link };
    throw new CommandError(`${id} has ${mostLines} lines, which is the most; order one of them anew: ${id}/…`);
  }
  const choices = sites.flatMap((site) => [site.id, ...site.links.map((link) => link.id)]);
  throw new CommandError(`no site or line "${id}"; choose one of: ${choices.join(", ")}`, 2);
}
