import type { FleetError } from "../../fleet/errors.ts";

/**
 * An error of the web configuration without anything that may be a secret: no line of the file, and no value but of
 * keys that never hold one. A password may stand at any wrong place, so what YAML or the schema quote goes too.
 */
export function withoutSecrets({ file, line, column, path, message, hint }: FleetError): FleetError {
  const told = { file, line, column, path: safePath(path), message: words(path, message) };
  return hint !== undefined && /^(did you mean|paths are|remove) /.test(hint) ? { ...told, hint } : told;
}

const usersMessage =
  "basic_auth_users must be a mapping of names to bcrypt hashes of cost 4 to 16, as htpasswd -nBC 10 NAME prints them";

const ofUsers = /^basic_auth_users(\W|$)/;

/** Keys whose values are no secrets, so that messages may quote them. */
const shown = [
  /^(http_server_config|rate_limit)(\W|$)/,
  /^tls_server_config\.(client_auth_type|m(in|ax)_version|cipher_suites|curve_preferences|prefer_server_cipher_suites)(\W|$)/,
];

function safePath(path: string): string {
  if (ofUsers.test(path)) return "basic_auth_users";
  return /^[\w.[\]-]{0,80}$/.test(path) ? path : "";
}

function words(path: string, message: string): string {
  if (ofUsers.test(path)) return usersMessage;
  if (message.startsWith("unknown key "))
    return message.replace(/^unknown key "(?![\w-]{1,40}"; ).*"; /su, "unknown key; ");
  if (shown.some((pattern) => pattern.test(path))) return message;
  if (message.startsWith("the key ")) return "a key stands twice in this mapping";
  if (message.startsWith("the alias ")) {
    return "an alias names no anchor that stands before it; a text that begins with * needs quotes";
  }
  if (message.startsWith("not valid YAML: ")) {
    return message.replace(/(?<=^not valid YAML: .*?)[\s:]*["'`*!\\:@%&].*$/su, "");
  }
  return message.replace(/, not (the text )?("|a mapping|a list|nothing|-?\d|true|false).*$/su, "");
}
