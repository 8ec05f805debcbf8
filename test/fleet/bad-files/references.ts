import type * as rules from "../../../src/fleet/rules/references.ts";
import type { BadFiles } from "../fixture.ts";

export const references: BadFiles<typeof rules> = {
  physicalPoolsHaveSite: [
    {
      edits: [["site: municipio, ", ""]],
      errors: [
        'fleet.yaml:23:9 bodies[0].pools[1].site: the physical pool "counters" needs a site, where its PCs stand: one of municipio',
      ],
    },
    {
      edits: [["site: municipio", "site: municipo"]],
      errors: [
        'fleet.yaml:23:60 bodies[0].pools[1].site: site "municipo" does not exist; body "comune" has municipio | did you mean "municipio"?',
      ],
    },
  ],
  cloudPoolsHaveNoSite: [
    {
      edits: [["class: light", "class: light, site: palazzo"]],
      errors: [
        'fleet.yaml:36:64 bodies[1].pools[0].site: the pooled pool "office" lives in the cloud and has no site | drop the site, or make the pool physical',
      ],
    },
  ],
  cloudPoolsHaveClass: [
    {
      edits: [["class: light, ", ""]],
      errors: [
        'fleet.yaml:36:9 bodies[1].pools[0].class: the pooled pool "office" needs a class: one of light, medium, heavy, power',
      ],
    },
  ],
  physicalPoolsHaveNoPrefix: [
    {
      edits: [["kind: physical", "kind: physical, prefix: pc"]],
      errors: [
        `fleet.yaml:23:54 bodies[0].pools[1].prefix: the physical pool "counters" has no prefix: its PCs bear their desks' names`,
      ],
    },
  ],
  unitsOfSites: [
    {
      edits: [["unit: crisis", "unit: crysis"]],
      errors: [
        'fleet.yaml:28:15 bodies[0].sites[0].unit: unit "crysis" does not exist; the file has crisis | did you mean "crisis"?',
      ],
    },
    {
      edits: [["      - id: palazzo\n", "      - id: palazzo\n        unit: crisis\n"]],
      errors: [
        'fleet.yaml:41:15 bodies[1].sites[0].unit: unit "crisis" works at two sites; a unit has one | the first is at fleet.yaml:28:15',
      ],
    },
  ],
  hostsOfSittings: [
    {
      edits: [["host: council", "host: counsil"]],
      errors: [
        'fleet.yaml:58:102 videoconference.sittings[0].host: host "counsil" does not exist; the file has council, comune, provincia, consorzio, office, counters, crisis | did you mean "council"?',
      ],
    },
  ],
  deputiesOfSittings: [
    {
      edits: [["host: council", "host: council, members: [guests], deputy: gests"]],
      errors: [
        'fleet.yaml:58:138 videoconference.sittings[0].deputy: deputy "gests" does not exist; the file has council, comune, provincia, consorzio, office, counters, crisis, guests | did you mean "guests"?',
      ],
    },
  ],
  subscriptionsOfBodies: [
    {
      edits: [["    group: sg-comune-desks\n", "    group: sg-comune-desks\n    subscription: mian\n"]],
      errors: [
        'fleet.yaml:21:19 bodies[0].subscription: subscription "mian" does not exist; azure.subscriptions has main | did you mean "main"?',
      ],
    },
    {
      edits: [
        [
          "azure: { region: italynorth, tenant: example.org, subscriptions: [main], image: win11-avd, join: entra }",
          "",
        ],
        ["    group: sg-comune-desks\n", "    group: sg-comune-desks\n    subscription: main\n"],
      ],
      errors: [
        'fleet.yaml:21:5 bodies[0].subscription: body "comune" has a subscription, but the file has no azure section that names it | write azure:, or drop the subscription',
      ],
    },
  ],
  licencesOfVendors: [
    {
      edits: [["provider: livekit", "provider: graph"]],
      errors: [
        "fleet.yaml:53:1 videoconference.licence: provider graph needs the licence: a part number such as MCOMEETADV",
      ],
    },
    {
      edits: [["provider: livekit", "provider: zoom\n  licence: bussiness"]],
      errors: [
        'fleet.yaml:55:12 videoconference.licence: plan "bussiness" does not exist; Zoom has pro, business | did you mean "business"?',
      ],
    },
  ],
};
