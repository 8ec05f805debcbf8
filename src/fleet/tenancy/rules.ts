import { X509Certificate } from "node:crypto";
import type { Finding } from "../document.ts";
import { enumerate, repeated } from "../rules/finding.ts";
import type { Fleet } from "../schema.ts";
import { didYouMean, nearest } from "../suggest.ts";
import type { Tenancy } from "../tenancy.ts";
import { adoptables, placeOfId } from "./adoption.ts";
import { hasCloudDesks, tenancyNeeds, type TenancyNeeds } from "./needs.ts";
import { placedServices, placeOf, type PlacedKey } from "./service-regions.ts";

/** A rule over a tenancy file and the fleet that it belongs to. */
export type TenancyRule = (tenancy: Tenancy, fleet: Fleet) => Iterable<Finding>;

type Section = keyof TenancyNeeds;

const words: Record<Section, { readonly one: string; readonly what: string }> = {
  subscriptions: { one: "subscription", what: "id" },
  groups: { one: "group", what: "object id" },
  images: { one: "image", what: "id" },
  lines: { one: "line", what: "address" },
};

/** Every name of the fleet file has its id, and every id a name of the fleet file. */
const sectionsFitTheFleet: TenancyRule = (tenancy, fleet) => {
  const needs = tenancyNeeds(fleet);
  return (Object.keys(words) as Section[]).flatMap((section) => {
    const { one, what } = words[section];
    const { needed, known } = needs[section];
    const given = Object.keys(tenancy[section]);
    const missing = needed.filter((name) => !given.includes(name));
    const unknown = given.filter((name) => !known.includes(name));
    // A name that is mistyped is one mistake, not an unknown one and a missing one.
    const meant = new Set(unknown.map((name) => nearest(name, missing)));
    return [
      ...unknown.map((name): Finding => {
        const message = `${one} "${name}" is not in the fleet file, which has ${enumerate(known)}`;
        const hint = didYouMean(name, missing) ?? didYouMean(name, known);
        return { path: [section, name], message, value: name, choices: known, hint, aim: "key" };
      }),
      ...missing
        .filter((name) => !meant.has(name))
        .map((name): Finding => ({
          path: [section, name],
          message: `${section} needs the ${what} of the fleet file's ${one} "${name}"`,
          choices: known,
        })),
    ];
  });
};

/** Without a group, nobody could be let in to the desks. */
const cloudDesksHaveAGroup: TenancyRule = (_tenancy, fleet) =>
  fleet.bodies
    .filter((body) => hasCloudDesks(body) && body.group === undefined)
    .map((body) => ({
      path: ["groups"],
      message: `body "${body.id}" of the fleet file has cloud desks and no group, so nobody could use them`,
      hint: `give it group: in the fleet file, and the group's object id here`,
    }));

/** Two names of one subscription would be held against its limits twice. */
const subscriptionsDiffer: TenancyRule = (tenancy) =>
  repeated(
    "subscription id",
    Object.entries(tenancy.subscriptions).map(([name, value]) => ({ value, path: ["subscriptions", name] })),
  );

const rollsChangeTheVersion: TenancyRule = (tenancy) =>
  Object.entries(tenancy.images).flatMap(([name, image]): Finding[] => {
    if (image.next === undefined || image.next.version !== image.version) return [];
    const path = ["images", name, "next", "version"];
    const message = `image "${name}" is rolled to ${image.version}, the version that it has`;
    const hint = "a roll that has reached everything is ended by dropping next:";
    return [{ path, message, value: image.version, hint, reads: [["images", name, "version"]] }];
  });

/** The way in which people prove who they are asks for its own section, and for no other. */
const authenticationHasItsSection: TenancyRule = (tenancy, fleet) => {
  const by = fleet.access.authentication.azure;
  return [
    { section: "certificates", way: "certificate" } as const,
    { section: "radius", way: "radius" } as const,
  ].flatMap(({ section, way }): Finding[] => {
    const needed = by === way;
    if (needed === (tenancy[section] !== undefined)) return [];
    const fleetSays = `people prove who they are by ${by} (access.authentication.azure of the fleet file)`;
    if (needed) return [{ path: [section], message: `${section} is missing: ${fleetSays}` }];
    return [{ path: [section], message: `${section} is of no use: ${fleetSays}`, hint: "drop it", aim: "key" }];
  });
};

/** Hosts that join a domain need to know which; others have no use for one. */
const joinHasItsDomain: TenancyRule = ({ domain }, { azure }) => {
  const join = azure?.join ?? "entra";
  if ((join === "domain") === (domain !== undefined)) return [];
  const fleetSays = `the fleet file's hosts join ${join === "domain" ? "a domain" : "Entra ID"} (azure.join)`;
  if (domain === undefined) return [{ path: ["domain"], message: `domain is missing: ${fleetSays}` }];
  return [{ path: ["domain"], message: `domain is of no use: ${fleetSays}`, hint: "drop it", aim: "key" }];
};

/** The watch's machines are made for somebody. */
const watchHasItsOperators: TenancyRule = ({ operators }) =>
  operators === undefined
    ? [{ path: ["operators"], message: "operators is missing: the watch lets them, and nobody else, see its pages" }]
    : [];

/** Azure keeps host pools in some regions only. */
const desktopsHaveARegion: TenancyRule = (tenancy, fleet) =>
  fleet.bodies.some(hasCloudDesks) ? placeless("desktopRegion", tenancy, fleet) : [];

/** Azure has Managed Grafana in some regions only. Who signs in there is written down there: a choice of the office's. */
const grafanaHasARegion: TenancyRule = (tenancy, fleet) => placeless("grafanaRegion", tenancy, fleet);

function placeless(key: PlacedKey, tenancy: Tenancy, { azure }: Fleet): readonly Finding[] {
  if (azure === undefined || placeOf(key, tenancy[key], azure.region) !== undefined) return [];
  const { lacks, advice, regions } = placedServices[key];
  return [{ path: [key], message: `${key} is missing: ${lacks(azure.region)}`, choices: regions, hint: advice }];
}

/** What is taken over must be something that the fleet would make, of its kind, in the subscription of what is in it. */
const adoptedIsWhatItSays: TenancyRule = (tenancy, fleet) => {
  const known = adoptables(fleet);
  const names = known.map(({ name }) => name);
  return Object.entries(tenancy.adopt).flatMap(([name, id]): Finding[] => {
    const path = ["adopt", name];
    const wanted = known.find((each) => each.name === name);
    if (wanted === undefined) {
      const message = `"${name}" is nothing that can be adopted; what can: ${enumerate(names)}`;
      return [{ path, message, value: name, choices: names, hint: didYouMean(name, names), aim: "key" }];
    }
    const place = placeOfId(id);
    if (place?.type.toLowerCase() !== wanted.type.toLowerCase()) {
      return [{ path, message: `${name} must be ${wanted.what}, …/providers/${wanted.type}/NAME`, value: id }];
    }
    if (wanted.called !== undefined && place.name.toLowerCase() !== wanted.called) {
      return [{ path, message: `${name} must be the zone ${wanted.called}, not ${place.name}`, value: id }];
    }
    if (wanted.subscription === undefined) return [];
    const subscription = tenancy.subscriptions[wanted.subscription];
    if (subscription === undefined || place.subscription.toLowerCase() === subscription.toLowerCase()) return [];
    const message = `${name} must stand in the subscription "${wanted.subscription}", ${subscription}`;
    return [{ path, message, value: id, reads: [["subscriptions", wanted.subscription]] }];
  });
};

const rootsAreCertificates: TenancyRule = (tenancy) =>
  (tenancy.certificates?.roots ?? []).flatMap(({ name, certificate }, index): Finding[] => {
    const wrong = faultOf(certificate);
    if (wrong === undefined) return [];
    const path = ["certificates", "roots", index, "certificate"];
    const hint = "give the root's DER as base64 on one line: openssl x509 -in root.pem -outform der | base64 -w0";
    return [{ path, message: `root "${name}" ${wrong}`, hint }];
  });

function faultOf(certificate: string): string | undefined {
  try {
    return new X509Certificate(Buffer.from(certificate, "base64")).ca
      ? undefined
      : "is no certificate authority's certificate, so nobody's profile is trusted by it";
  } catch {
    return "is not an X.509 certificate";
  }
}

const certificatesAreUnique: TenancyRule = (tenancy) => {
  const { roots = [], revoked = [] } = tenancy.certificates ?? {};
  return [
    ...repeated(
      "root name",
      roots.map(({ name }, index) => ({ value: name, path: ["certificates", "roots", index, "name"] })),
    ),
    ...repeated(
      "thumbprint",
      revoked.map(({ thumbprint }, index) => ({
        value: thumbprint.toUpperCase(),
        path: ["certificates", "revoked", index, "thumbprint"],
      })),
    ),
  ];
};

/** Every rule, by name; each has a bad file and its exact message in the tests. */
export const tenancyRules = {
  sectionsFitTheFleet,
  cloudDesksHaveAGroup,
  subscriptionsDiffer,
  rollsChangeTheVersion,
  authenticationHasItsSection,
  joinHasItsDomain,
  watchHasItsOperators,
  desktopsHaveARegion,
  grafanaHasARegion,
  adoptedIsWhatItSays,
  rootsAreCertificates,
  certificatesAreUnique,
} as const satisfies Readonly<Record<string, TenancyRule>>;
