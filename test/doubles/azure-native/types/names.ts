import type { NameRule } from "./type.ts";

/**
 * Microsoft's "Naming rules and restrictions for Azure resources"
 * (MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md), as data.
 */
function rule(words: string, pattern: RegExp): NameRule {
  return { words, pattern };
}

const dotted = "alphanumerics, underscores, periods and hyphens; it starts with an alphanumeric and ends with one or _";

export const names = {
  group: rule(
    "1-90 alphanumerics, underscores, parentheses, hyphens and periods; it doesn't end with a period",
    /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
  ),
  network: rule(`1-80 ${dotted}`, /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/),
  virtualNetwork: rule(`2-64 ${dotted}`, /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}[A-Za-z0-9_]$/),
  privateZone: rule(
    "1-63 characters in 2 to 34 labels of alphanumerics, underscores and hyphens",
    /^(?=.{1,63}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){1,33}$/,
  ),
  identity: rule(
    "3-128 alphanumerics, hyphens and underscores; it starts with a letter or number",
    /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
  ),
  guid: rule("the form of a GUID", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
  vault: rule(
    "3-24 alphanumerics and hyphens; it starts with a letter, ends with a letter or digit and has no two hyphens in a row",
    /^(?=.{3,24}$)[A-Za-z](-?[A-Za-z0-9])+$/,
  ),
  secret: rule("1-127 alphanumerics and hyphens", /^[A-Za-z0-9-]{1,127}$/),
  logWorkspace: rule(
    "4-63 alphanumerics and hyphens; it starts and ends with an alphanumeric",
    /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  ),
  storageAccount: rule("3-24 lowercase letters and numbers", /^[a-z0-9]{3,24}$/),
  default: rule("the one value 'default'", /^default$/),
  share: rule(
    "3-63 lowercase letters, numbers and hyphens; no hyphen at either end, no two in a row",
    /^(?=.{3,63}$)[a-z0-9](-?[a-z0-9])+$/,
  ),
  virtualMachine: rule(
    "1-64 characters without spaces or ~!@#$%^&*()=+_[]{}\\|;:.'\",<>/?; it doesn't end with a hyphen",
    /^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/,
  ),
  // The pattern of the parameters in the service's own specification (desktopvirtualization.json 2024-04-03:
  // minLength 3, maxLength 64).
  desktop: rule(
    "3-64 alphanumerics, periods, hyphens and underscores",
    /^[A-Za-z0-9][A-Za-z0-9._-]{1,62}[A-Za-z0-9_]$/,
  ),
  // "name" of Microsoft.Dashboard/grafana in its specification: ^[A-Za-z][-A-Za-z0-9]{1,22}[A-Za-z0-9]$.
  grafana: rule(
    "2-23 alphanumerics and hyphens; it starts with a letter and ends with an alphanumeric",
    /^[A-Za-z][A-Za-z0-9-]{0,21}[A-Za-z0-9]$/,
  ),
} satisfies Record<string, NameRule>;
