import type * as rules from "../../../src/fleet/rules/lists.ts";
import type { BadFiles } from "../fixture.ts";

export const lists: BadFiles<typeof rules> = {
  listedDesksAreUnique: [
    {
      edits: [
        [
          "{ id: counters, share: 0.25, kind: physical, site: municipio, concurrency: 0.8 }",
          "{ id: counters, share: 0.25, list: desks.csv, kind: physical, site: municipio }",
        ],
      ],
      lists: { "desks.csv": "desk;person;site\npc-1;;\nPC-1;;\n" },
      errors: [
        'desks.csv:3:1 bodies[0].pools[1].listed[1].desk: desk "PC-1" is listed twice | the first is at desks.csv:2:1',
      ],
    },
  ],
  listedDesksBearOwnNames: [
    {
      edits: [
        [
          "{ id: counters, share: 0.25, kind: physical, site: municipio, concurrency: 0.8 }",
          "{ id: counters, share: 0.25, list: desks.csv, kind: physical, site: municipio }",
        ],
      ],
      lists: { "desks.csv": "desk,person,site\ncomune-counters-00001,,\n" },
      errors: [
        'desks.csv:2:1 bodies[0].pools[1].listed[0].desk: desk "comune-counters-00001" bears a name that the plan gives to desks itself: comune-counters-00001 and on',
      ],
    },
  ],
  listedSitesExist: [
    {
      edits: [
        [
          "{ id: counters, share: 0.25, kind: physical, site: municipio, concurrency: 0.8 }",
          "{ id: counters, share: 0.25, list: desks.csv, kind: physical, site: municipio }",
        ],
      ],
      lists: { "desks.csv": "desk,person,site\npc-1,p1,annesso\n" },
      errors: [
        'desks.csv:2:9 bodies[0].pools[1].listed[0].site: site "annesso" does not exist; body "comune" has municipio',
      ],
    },
    {
      edits: [
        [
          "{ id: counters, share: 0.25, kind: physical, site: municipio, concurrency: 0.8 }",
          "{ id: counters, share: 0.25, list: desks.csv, kind: physical, site: municipio }",
        ],
        [
          "    sites:\n      - id: municipio",
          "    sites:\n      - id: annesso\n        links: [{ id: fibre, carrier: carrier-a, mbps: 50 }]\n      - id: municipio",
        ],
      ],
      lists: { "desks.csv": "desk,person,site\npc-1,p1,annesso\n" },
      errors: [
        'desks.csv:2:9 bodies[0].pools[1].listed[0].site: desk "pc-1" is listed at site "annesso", but its pool "counters" stands at "municipio" | give the desks of "annesso" a pool of their own',
      ],
    },
  ],
};
