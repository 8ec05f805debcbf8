import { intervals, thresholds } from "../config.ts";
import type { RuleGroup } from "./rule.ts";
import { gateway, link, type Patience, site, stateRule } from "./states.ts";
import {
  carrierOfLink,
  carriersOfSite,
  desksOfSite,
  gatewaysLeft,
  layersOfLink,
  linesAnswering,
  linksOfSite,
  peopleOfGateway,
} from "./texts.ts";

/** Sites all of whose lines end at such instances. */
function behind(instances: string): string {
  return [`count by (body, site) (${link})`, `== count by (body, site) (${link} and on (gateway) (${instances}))`].join(
    "\n  ",
  );
}

/** Instances all of whose lines are down, and have not been so for long: the instance itself may be what fails. */
const justDownAtOnce = [
  `max by (gateway) (${link}) == 0`,
  `unless max by (gateway) (max_over_time(${link}[${thresholds.gatewaySettles.value}])) == 0`,
].join(" ");

/** Lines, sites and gateways, twice a second. In order: what explains another alert comes before it. */
export function quickGroup(patience: Patience): RuleGroup {
  return {
    name: "quick",
    interval: intervals.quick,
    rules: [
      stateRule("gateway", patience),
      stateRule("site", patience),
      stateRule("link", patience),
      {
        alert: "GatewayDown",
        expr: `${gateway} == 0`,
        for: thresholds.gatewayDownFor.value,
        severity: "page",
        dashboard: "deskbridge-gateways",
        summary: "Gateway instance {{ $labels.gateway }} does not answer from outside",
        description: `Instances still answering: ${gatewaysLeft}. People on it come in again through another. Lines through it that answer from the hub: ${linesAnswering}; if there is any, the instance runs, and its public side is what fails.`,
        impact: `People on it at the last look: ${peopleOfGateway}.`,
        steps: [
          "Does any line through it answer? Then look at its public address and the firewall before it.",
          "Else look at the instance: does its process run, is its disk full, has its certificate ended?",
          "No other instance answers: call the second on call and the cloud's support now.",
        ],
      },
      {
        alert: "SiteDown",
        expr: [
          `${site} == 0`,
          `unless on (body, site) (`,
          `  ${behind(`${gateway} == 0`)}`,
          `)`,
          `unless on (body, site) (`,
          `  ${behind(justDownAtOnce)}`,
          `)`,
        ].join("\n"),
        for: thresholds.siteDownFor.value,
        severity: "page",
        dashboard: "deskbridge-links",
        summary: "Site {{ $labels.site }} is cut off",
        description: `Its router answers over none of its lines. Lines that are down: ${linksOfSite}.`,
        impact: `Nobody reaches the desks that stand there: ${desksOfSite}.`,
        carrier: carriersOfSite,
        steps: [
          "Call the site: has it power, is its router on?",
          "Call the carriers of the lines that are down, the widest line's first.",
          "No cause after 15 minutes, or a site of the Crisis Unit: call the second on call.",
        ],
      },
      {
        alert: "LinkDown",
        expr: [
          `${link} == 0`,
          `unless on (body, site) ${site} == 0`,
          `unless on (gateway) ${gateway} == 0`,
          `unless on (gateway) (${justDownAtOnce})`,
        ].join("\n"),
        for: thresholds.linkDownFor.value,
        severity: "page",
        dashboard: "deskbridge-links",
        summary: "Line {{ $labels.link }} is down",
        description: `Nothing comes back through its tunnel to {{ $labels.gateway }}. Site {{ $labels.site }} still answers over another line. What the gateway has of it: ${layersOfLink}.`,
        impact: `Nobody is cut off; the site has one line less. Desks there: ${desksOfSite}.`,
        carrier: carrierOfLink,
        steps: [
          "Look at the exporter's page: since when, is the line critical, are others of its carrier down?",
          "Open a ticket with the carrier: the time, and the line's id.",
          "It was the last but one line of a critical site: tell the site and the second on call.",
        ],
      },
    ],
  };
}
