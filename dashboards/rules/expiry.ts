import { type ScalarName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { RuleGroup, Steps } from "./rule.ts";
import { value } from "./texts.ts";

/** Seconds that are left of each certificate; `of` says whose it is. */
const left = "certificate:deskbridge_left:seconds";

const certificates = {
  gateway: ["vpn_certificate_expiry_timestamp_seconds", "gateway"],
  service: ["service_certificate_expiry_timestamp_seconds", "service, queue"],
  exporter: ["web_certificate_expiry_timestamp_seconds", "instance"],
} as const satisfies Record<string, readonly [ScalarName, string]>;

function ends(name: ScalarName, by: string): string {
  return `min by (${by}) (${select(name)}) - time()`;
}

/** A list that is missing has ended in 1970: gateways without one let nobody in either. */
const list = `min(${select("revocation_list_expiry_timestamp_seconds")}) - time()`;
const authority = `min(${select("authority_expiry_timestamp_seconds")}) - time()`;

const days = (threshold: { readonly value: string }): string => `${threshold.value} * 86400`;
const { expiryFor } = thresholds;
const remaining = "{{ $value | humanizeDuration }}";
const whose = "the {{ $labels.of }} {{ $labels.gateway }}{{ $labels.service }}{{ $labels.instance }}";

const renew: Steps = [
  "Who renews it: certbot, `npx deskbridge up`, the service's owner? Read why that failed.",
  "Renew it by hand, and see that what serves it has read the new one.",
  "Look at this alert: it ends a few minutes after.",
];
const listSteps: Steps = [
  "`npx deskbridge profile issue`, `revoke` or `rotate` writes a new list where half of its time is over; read why it did not.",
  "Is the authority's folder there, its passphrase, a free disk?",
  "See that each gateway has the new list: a login works.",
];
const authoritySteps: Steps = [
  "Plan the new authority beside the old one: gateways trust both.",
  "Rotate people's profiles, body by body (`npx deskbridge profile`).",
  "Take the old one out when nobody's best profile is of it.",
];

/** What ends by itself, and locks people out. */
export const expiryGroup: RuleGroup = {
  name: "expiry",
  interval: intervals.long,
  rules: [
    ...Object.entries(certificates).map(([of, [name, by]]) => ({
      record: left,
      labels: { of },
      expr: ends(name, by),
    })),
    {
      alert: "CertificateExpiring",
      expr: `${left} < ${days(thresholds.certificateExpiringDays)}`,
      for: expiryFor.value,
      severity: "ticket",
      dashboard: "deskbridge-gateways",
      summary: `The certificate of ${whose} ends soon`,
      description: `It ends in ${remaining}, and was to be renewed before.`,
      impact: "Nobody yet.",
      steps: renew,
    },
    {
      alert: "CertificateEnding",
      // Tools of callers are others' services: a ticket is all that can be done here.
      expr: `${left}{queue=""} < ${days(thresholds.certificateEndingDays)}`,
      for: expiryFor.value,
      severity: "page",
      dashboard: "deskbridge-gateways",
      summary: `The certificate of ${whose} ends within days`,
      description: `It ends in ${remaining}; one that has ended is refused.`,
      impact: "Then: a gateway's lets nobody in, a service's is refused by desks, the exporter's blinds the watch.",
      steps: renew,
    },
    {
      alert: "AuthorityExpiring",
      expr: `${authority} < ${days(thresholds.authorityExpiringDays)}`,
      for: expiryFor.value,
      severity: "ticket",
      dashboard: "deskbridge-gateways",
      summary: "The authority ends within months",
      description: `It ends in ${remaining}, and with it all that it signed.`,
      impact: "Everybody with a profile needs a new one by then.",
      steps: authoritySteps,
    },
    {
      alert: "AuthorityEnding",
      expr: `${authority} < ${days(thresholds.authorityEndingDays)}`,
      for: expiryFor.value,
      severity: "page",
      dashboard: "deskbridge-gateways",
      summary: "The authority ends within weeks",
      description: `It ends in ${remaining}, and with it all that it signed.`,
      impact: "Then nobody gets in.",
      steps: authoritySteps,
    },
    {
      alert: "RevocationListExpiring",
      expr: `${list} < ${days(thresholds.listExpiringDays)}`,
      for: expiryFor.value,
      severity: "ticket",
      dashboard: "deskbridge-gateways",
      summary: "The list of withdrawn profiles is not being renewed",
      description: `It runs out in ${remaining}.`,
      impact: "Nobody yet.",
      steps: listSteps,
    },
    {
      alert: "RevocationListEnding",
      expr: `${list} < ${days(thresholds.listEndingDays)}`,
      for: expiryFor.value,
      severity: "page",
      dashboard: "deskbridge-gateways",
      summary: "The list of withdrawn profiles runs out, or is not there",
      description: `It runs out in ${remaining}; without a valid one gateways let nobody in.`,
      impact: "Then nobody gets in; who is in stays until the next key exchange.",
      steps: listSteps,
    },
    {
      alert: "ProfilesExpiring",
      expr: `max by (body) (${select("profiles", { state: "expiring" })}) > 0`,
      for: thresholds.profilesExpiringFor.value,
      severity: "ticket",
      dashboard: "deskbridge-gateways",
      summary: "{{ $value }} people of {{ $labels.body }} need a new profile within 30 days",
      description: `The first of them is left without in ${value(`min(${select("profile_next_expiry_timestamp_seconds").concat("{body=%q}")}) - time()`, ["body"], "an unknown time", "humanizeDuration")}.`,
      impact: "{{ $value }} people, who cannot come in after.",
      steps: [
        "`npx deskbridge profile list` names them.",
        "Rotate their profiles, and hand the new ones over.",
        "Those who have left the body: withdraw theirs.",
      ],
    },
  ],
};
