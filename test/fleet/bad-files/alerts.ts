import type * as rules from "../../../src/fleet/rules/alerts.ts";
import type { BadFiles, Edit } from "../fixture.ts";

/** The receiver `night`, written anew. */
const night = (text: string): Edit => ['night: { webhook: "http://127.0.0.1:9095/night" }', `night: ${text}`];

export const alerts: BadFiles<typeof rules> = {
  receiversHaveChannels: [
    {
      edits: [night("{}")],
      errors: [
        'fleet.yaml:80:3 alerts.night: receiver "night" reaches nobody: it needs one or more of webhook, slack, email, pagerduty, goalert',
      ],
    },
  ],
  mailHasServer: [
    {
      edits: [night("{ email: { to: [duty@example.org] } }")],
      errors: [
        'fleet.yaml:80:12 alerts.night.email: receiver "night" is told by e-mail, but alerts has no smtp, the server that sends it | write smtp: { host: mail.example.org:587, from: deskbridge@example.org } under alerts',
      ],
    },
  ],
  mailUserHasPassword: [
    {
      edits: [["alerts:\n", "alerts:\n  smtp: { host: mail.example.org:25, from: a@example.org, user: ann }\n"]],
      errors: ["fleet.yaml:79:65 alerts.smtp.user: smtp has user but no passwordFile: give both or neither"],
    },
    {
      edits: [["alerts:\n", "alerts:\n  smtp: { host: mail.example.org:25, from: a@example.org, passwordFile: /x }\n"]],
      errors: ["fleet.yaml:79:73 alerts.smtp.passwordFile: smtp has passwordFile but no user: give both or neither"],
    },
  ],
  grafanaIsAPlace: [
    {
      edits: [["alerts:\n", 'alerts:\n  grafana: "https://grafana.example.org/?orgId=1"\n']],
      errors: [
        "fleet.yaml:79:12 alerts.grafana: grafana must be where Grafana answers, without what follows a ? or #: paths are put behind it | write grafana: https://grafana.example.org/",
      ],
    },
  ],
  teamsIsNotSpoken: [
    {
      edits: [night("{ teams: https://x.logic.azure.com/?sig=hunter2 }")],
      errors: [
        "fleet.yaml:80:19 alerts.night.teams: teams is not possible: the watch's Alertmanager cannot write the Adaptive Cards that Teams takes | use email with the channel's own address, slack with a gateway that takes Slack's form, or webhook with a gateway that takes Alertmanager's (such as prometheus-msteams)",
      ],
    },
  ],
  secretsStandInFiles: [
    {
      edits: [night("{ slack: { urlFile: https://hooks.slack.com/services/T0/B0/hunter2 } }")],
      errors: [
        "fleet.yaml:80:30 alerts.night.slack.urlFile: urlFile must be the absolute path of a file that holds the secret, never the secret itself | write urlFile: /etc/deskbridge/secrets/NAME",
      ],
    },
    {
      edits: [night("{ pagerduty: { routingKeyFile: hunter2 } }")],
      errors: [
        "fleet.yaml:80:41 alerts.night.pagerduty.routingKeyFile: routingKeyFile must be the absolute path of a file that holds the secret, never the secret itself | write routingKeyFile: /etc/deskbridge/secrets/NAME",
      ],
    },
    {
      edits: [night("{ goalert: { url: https://goalert.example/, tokenFile: secrets/goalert } }")],
      errors: [
        "fleet.yaml:80:65 alerts.night.goalert.tokenFile: tokenFile must be the absolute path of a file that holds the secret, never the secret itself | write tokenFile: /etc/deskbridge/secrets/NAME",
      ],
    },
    {
      edits: [
        [
          "alerts:\n",
          "alerts:\n  smtp: { host: mail.example.org:25, from: a@example.org, user: ann, passwordFile: hunter2 }\n",
        ],
      ],
      errors: [
        "fleet.yaml:79:84 alerts.smtp.passwordFile: passwordFile must be the absolute path of a file that holds the secret, never the secret itself | write passwordFile: /etc/deskbridge/secrets/NAME",
      ],
    },
  ],
  receiverAddressesHoldNoSecret: [
    {
      edits: [night("{ webhook: https://hooks.slack.com/services/T0/B0/hunter2 }")],
      errors: [
        "fleet.yaml:80:21 alerts.night.webhook: webhook https://hooks.slack.com/… must not hold a secret (the path of a Slack webhook): the fleet file is no place for secrets | write slack: { urlFile: /etc/deskbridge/secrets/NAME }",
      ],
    },
    {
      edits: [night("{ webhook: https://chat.example/hooks/abcdefghijklmnopqrstuvwxyz }")],
      errors: [
        "fleet.yaml:80:21 alerts.night.webhook: webhook https://chat.example/… must not hold a secret (the path of a chat's webhook): the fleet file is no place for secrets | write slack: { urlFile: /etc/deskbridge/secrets/NAME }",
      ],
    },
    {
      edits: [night("{ webhook: https://x.webhook.office.com/webhookb2/hunter2 }")],
      errors: [
        "fleet.yaml:80:21 alerts.night.webhook: webhook https://x.webhook.office.com/… must not hold a secret (the path of a Teams webhook): the fleet file is no place for secrets | write email: { to: [the channel's own address] }",
      ],
    },
    {
      edits: [night("{ goalert: { url: https://goalert.example/?token=hunter2, tokenFile: /x } }")],
      errors: [
        'fleet.yaml:80:28 alerts.night.goalert.url: url https://goalert.example/… must not hold a secret ("token" in its query): the fleet file is no place for secrets | write goalert: { url, tokenFile: /etc/deskbridge/secrets/NAME }, which sends it as a bearer token',
      ],
    },
  ],
};
