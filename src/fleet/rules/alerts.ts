import { channelNames } from "../alerts.ts";
import { receiverAddresses, receiversOf, secretFiles } from "./alerts-of.ts";
import type { Finding, Rule } from "./finding.ts";

/** Rules about who is told. The fleet file is read by many and kept in version control: no secret may stand in it. */

export const receiversHaveChannels: Rule = (fleet) =>
  receiversOf(fleet).flatMap(({ name, value, path }): Finding[] => {
    if (value.teams !== undefined || channelNames.some((channel) => value[channel] !== undefined)) return [];
    const message = `receiver "${name}" reaches nobody: it needs one or more of ${channelNames.join(", ")}`;
    return [{ path, message, choices: channelNames }];
  });

export const mailHasServer: Rule = (fleet) =>
  receiversOf(fleet).flatMap(({ name, value, path }): Finding[] => {
    if (value.email === undefined || fleet.alerts?.smtp !== undefined) return [];
    const message = `receiver "${name}" is told by e-mail, but alerts has no smtp, the server that sends it`;
    const hint = "write smtp: { host: mail.example.org:587, from: deskbridge@example.org } under alerts";
    return [{ path: [...path, "email"], message, hint, reads: [["alerts", "smtp"]] }];
  });

export const mailUserHasPassword: Rule = (fleet) => {
  const { user, passwordFile } = fleet.alerts?.smtp ?? {};
  if ((user === undefined) === (passwordFile === undefined)) return [];
  const [has, lacks] = user === undefined ? ["passwordFile", "user"] : ["user", "passwordFile"];
  return [{ path: ["alerts", "smtp", has], message: `smtp has ${has} but no ${lacks}: give both or neither` }];
};

export const grafanaIsAPlace: Rule = (fleet) => {
  const { grafana } = fleet.alerts ?? {};
  if (grafana === undefined || !/[?#]/.test(grafana)) return [];
  const message = "grafana must be where Grafana answers, without what follows a ? or #: paths are put behind it";
  return [{ path: ["alerts", "grafana"], message, hint: `write grafana: ${grafana.replace(/[?#].*$/s, "")}` }];
};

/**
 * Alertmanager 0.25 (Debian 12) to 0.27 speak at most Office connectors' form, which Microsoft retired; what takes its
 * place, the workflows, wants an Adaptive Card.
 */
export const teamsIsNotSpoken: Rule = (fleet) =>
  receiversOf(fleet).flatMap(({ value, path }): Finding[] => {
    if (value.teams === undefined) return [];
    const message = "teams is not possible: the watch's Alertmanager cannot write the Adaptive Cards that Teams takes";
    const hint =
      "use email with the channel's own address, slack with a gateway that takes Slack's form, or webhook with a " +
      "gateway that takes Alertmanager's (such as prometheus-msteams)";
    return [{ path: [...path, "teams"], message, hint, secret: true }];
  });

export const secretsStandInFiles: Rule = (fleet) =>
  secretFiles(fleet).flatMap(({ value, path }): Finding[] => {
    if (/^\/[^\p{Cc}]+$/u.test(value)) return [];
    const key = String(path.at(-1));
    const message = `${key} must be the absolute path of a file that holds the secret, never the secret itself`;
    return [{ path, message, hint: `write ${key}: /etc/deskbridge/secrets/NAME`, secret: true }];
  });

/** Where services put what lets its holder write: a word of the query, or a path that nobody guesses. */
const secretWords =
  /^(token|access_?token|api_?key|key|secret|sig|signature|password|code|(integration|routing)_?key)$/i;
const secretPaths: readonly { readonly path: RegExp; readonly what: string; readonly instead: string }[] = [
  {
    path: /\/services\/T\w+\/B\w+\/\w+/,
    what: "the path of a Slack webhook",
    instead: "slack: { urlFile: /etc/deskbridge/secrets/NAME }",
  },
  {
    path: /\/hooks\/(\w{17,}\/)?\w{20,}|\/api\/webhooks\/\d+\/[\w-]{20,}/,
    what: "the path of a chat's webhook",
    instead: "slack: { urlFile: /etc/deskbridge/secrets/NAME }",
  },
  {
    path: /\/webhookb2\/|\/workflows\/\w{20,}\/triggers\//,
    what: "the path of a Teams webhook",
    instead: "email: { to: [the channel's own address] }",
  },
];
const asToken = "goalert: { url, tokenFile: /etc/deskbridge/secrets/NAME }, which sends it as a bearer token";

export const receiverAddressesHoldNoSecret: Rule = (fleet) =>
  receiverAddresses(fleet).flatMap(({ value, path }): Finding[] => {
    const url = new URL(value);
    const word = [...url.searchParams.keys()].find((key) => secretWords.test(key));
    const secretPath = secretPaths.find((each) => each.path.test(url.pathname));
    if (word === undefined && secretPath === undefined) return [];
    const what = secretPath?.what ?? `"${word}" in its query`;
    const message = `${String(path.at(-1))} ${url.origin}/… must not hold a secret (${what}): the fleet file is no place for secrets`;
    return [{ path, message, hint: `write ${secretPath?.instead ?? asToken}`, secret: true }];
  });
