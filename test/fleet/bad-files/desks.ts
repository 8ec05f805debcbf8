import type * as rules from "../../../src/fleet/rules/desks.ts";
import type { BadFiles } from "../fixture.ts";

export const desks: BadFiles<typeof rules> = {
  poolsHaveOneSize: [
    {
      edits: [["share: 0.5,", "share: 0.5, desks: 12,"]],
      errors: [
        'fleet.yaml:22:35 bodies[0].pools[0].desks: the pool "office" has both share and desks; keep one of them',
      ],
    },
    {
      edits: [
        ["share: 0.5, ", ""],
        ["share: 0.25", "share: 0.75"],
      ],
      errors: ['fleet.yaml:22:9 bodies[0].pools[0].share: the pool "office" needs one of share, desks or list'],
    },
  ],
  sharesAddUp: [
    {
      edits: [["share: 0.5", "share: 0.4"]],
      errors: ["fleet.yaml:17:1 bodies: the shares of all pools add up to 0.9; they must add up to 1 | 0.1 is missing"],
    },
    {
      edits: [["share: 0.5", "share: 0.6"]],
      errors: [
        "fleet.yaml:17:1 bodies: the shares of all pools add up to 1.1; they must add up to 1 | 0.1 is too much",
      ],
    },
  ],
  fixedDesksFit: [
    {
      edits: [
        [
          "{ id: office, share: 0.5, kind: personal, class: medium, concurrency: 0.85 }",
          "{ id: office, desks: 25, kind: personal, class: medium }",
        ],
        ["share: 0.25", "share: 0.75"],
      ],
      errors: [
        "fleet.yaml:14:45 stages[0].desks: the pools' own desks and lists come to 25, more than the 24 desks of the first stage",
      ],
    },
    {
      edits: [
        ["share: 0.5", "desks: 12"],
        ["share: 0.25", "desks: 6"],
        ["share: 0.25", "desks: 6"],
      ],
      errors: [
        `fleet.yaml:15:45 stages[1].desks: stage "surge" has 40 desks, but the pools' own desks and lists come to 24 and no pool has a share of the other 16`,
      ],
    },
  ],
  listsFitPools: [
    {
      edits: [
        [
          "{ id: counters, share: 0.25, kind: physical, site: municipio, concurrency: 0.8 }",
          "{ id: counters, share: 0.25, list: desks.csv, kind: physical, site: municipio }",
        ],
      ],
      lists: { "desks.csv": "desk,person,site\npc-1,,\npc-2,,\npc-3,,\npc-4,,\npc-5,,\npc-6,,\npc-7,,\n" },
      errors: [
        "fleet.yaml:23:44 bodies[0].pools[1].list: the list names 7 desks, more than the 6 that are the pool's share of the first stage",
      ],
    },
    {
      edits: [
        [
          "{ id: counters, share: 0.25, kind: physical, site: municipio, concurrency: 0.8 }",
          "{ id: counters, desks: 3, list: desks.csv, kind: physical, site: municipio }",
        ],
        ["share: 0.5", "share: 0.75"],
      ],
      lists: { "desks.csv": "desk,person,site\npc-1,,\npc-2,,\npc-3,,\npc-4,,\npc-5,,\npc-6,,\npc-7,,\n" },
      errors: [
        'fleet.yaml:23:41 bodies[0].pools[1].list: the list names 7 desks, more than the 3 of the pool "counters"',
      ],
    },
  ],
  stagesAscend: [
    {
      edits: [["date: 2020-09-30", "date: 2020-03-09"]],
      errors: [
        'fleet.yaml:15:26 stages[1].date: stage "surge" is on 2020-03-09, not after stage "today" on 2020-03-09',
      ],
    },
  ],
  desksNeverShrink: [
    {
      edits: [["desks: 40", "desks: 20"]],
      errors: [
        'fleet.yaml:15:45 stages[1].desks: stage "surge" has 20 desks, fewer than the 24 of stage "today"; desks are never dropped silently',
      ],
    },
  ],
  seatsAddUp: [
    {
      edits: [["seats: 5", "seats: 4"]],
      errors: [`fleet.yaml:15:56 stages[1].seats: the bodies' seats add up to 7; the last stage "surge" has 8`],
    },
  ],
};
