import type * as rules from "../../../src/fleet/rules/names.ts";
import type { BadFiles } from "../fixture.ts";

const manyServices = Array.from(
  { length: 999 },
  (_, index) => `  - { id: s${index}, name: S, url: "https://s.example/" }\n`,
).join("");

export const names: BadFiles<typeof rules> = {
  uniqueBodies: [
    {
      edits: [
        ["id: provincia", "id: comune"],
        ["id: office, share: 0.25", "id: desks, share: 0.25"],
      ],
      errors: ['fleet.yaml:32:9 bodies[1].id: body id "comune" is used twice | the first is at fleet.yaml:18:9'],
    },
  ],
  uniquePools: [
    {
      edits: [["id: counters", "id: office"]],
      errors: [
        'fleet.yaml:23:15 bodies[0].pools[1].id: pool id "office" is used twice | the first is at fleet.yaml:22:15',
      ],
    },
  ],
  uniqueSites: [
    {
      edits: [
        [
          "      - id: municipio\n",
          "      - id: municipio\n        links: [{ id: fibre, carrier: carrier-a, mbps: 100 }]\n      - id: municipio\n",
        ],
      ],
      errors: [
        'fleet.yaml:29:13 bodies[0].sites[1].id: site id "municipio" is used twice | the first is at fleet.yaml:27:13',
      ],
    },
  ],
  uniqueLinks: [
    {
      edits: [["id: radio", "id: fibre"]],
      errors: [
        'fleet.yaml:31:19 bodies[0].sites[0].links[1].id: link id "fibre" is used twice | the first is at fleet.yaml:30:19',
      ],
    },
  ],
  uniqueStages: [
    {
      edits: [["name: surge", "name: today"]],
      errors: ['fleet.yaml:15:13 stages[1].name: stage name "today" is used twice | the first is at fleet.yaml:14:13'],
    },
  ],
  uniqueServices: [
    {
      edits: [["services:\n", 'services:\n  - { id: documents, name: Mail, url: "https://mail.example/" }\n']],
      errors: [
        'fleet.yaml:52:11 services[1].id: service id "documents" is used twice | the first is at fleet.yaml:51:11',
      ],
    },
  ],
  uniqueQueues: [
    {
      edits: [["  queues:\n", "  queues:\n    - { id: citizens, calls: 5, per: day, handle: 60s }\n"]],
      errors: [
        'fleet.yaml:77:13 contactCentre.queues[1].id: queue id "citizens" is used twice | the first is at fleet.yaml:76:13',
      ],
    },
  ],
  toolsHaveIds: [
    {
      edits: [
        [
          "patience: 180s }",
          'patience: 180s, tools: [{ name: "E-learning", url: "https://a.example/" }, { name: "«»", url: "https://b.example/" }, { name: "e learning!", url: "https://c.example/" }] }',
        ],
      ],
      errors: [
        'fleet.yaml:76:145 contactCentre.queues[0].tools[1].name: name "«»" needs a letter from a to z or a digit: the tool\'s id is made from it',
        'fleet.yaml:76:188 contactCentre.queues[0].tools[2].name: tool id (made from its name) "e-learning" is used twice | the first is at fleet.yaml:76:94',
      ],
    },
  ],
  servicesAreFew: [
    {
      edits: [
        ["services:\n", `services:\n${manyServices}`],
        ["patience: 180s }", 'patience: 180s, tools: [{ name: Mail, url: "https://mail.example/" }] }'],
      ],
      errors: [
        "fleet.yaml:1074:3 contactCentre.queues: services (1000) and the contact centre's tools (1) must be at most 1000 together, not 1001",
      ],
    },
  ],
  uniqueUnits: [
    {
      edits: [
        [
          "units:\n",
          'units:\n  - { id: crisis, name: Twin, people: [p09], day: { hours: "08:00-20:00", present: 1 }, night: { backup: 0 } }\n',
        ],
      ],
      errors: ['fleet.yaml:62:9 units[1].id: unit id "crisis" is used twice | the first is at fleet.yaml:61:11'],
    },
  ],
  uniqueJobs: [
    {
      edits: [["    jobs:\n", '    jobs:\n      - { id: daily-cases, every: week, by: "09:00" }\n']],
      errors: [
        'fleet.yaml:68:15 units[0].jobs[1].id: job id "daily-cases" is used twice | the first is at fleet.yaml:67:15',
      ],
    },
  ],
  uniquePeople: [
    {
      edits: [["p03, p04", "p03, p01"]],
      errors: ['fleet.yaml:63:29 units[0].people[3]: person "p01" is used twice | the first is at fleet.yaml:63:14'],
    },
  ],
  uniqueClientSteps: [
    {
      edits: [
        [
          "  sittings:\n",
          "  client:\n    - { id: set, check: [a], apply: [b] }\n    - { id: set, check: [a], apply: [b] }\n" +
            "    - { id: grant, check: [a], apply: [b] }\n  sittings:\n",
        ],
      ],
      errors: [
        'fleet.yaml:59:13 videoconference.client[1].id: client step id "set" is used twice | the first is at fleet.yaml:58:13',
        `fleet.yaml:60:13 videoconference.client[2].id: "grant" is the name of a step of Deskbridge's own`,
      ],
    },
  ],
  uniqueSittings: [
    {
      edits: [
        [
          "  sittings:\n",
          '  sittings:\n    - { id: giunta, title: Twin, date: 2020-03-11, at: "09:00", minutes: 60, people: 8, host: council }\n',
        ],
      ],
      errors: [
        'fleet.yaml:59:13 videoconference.sittings[1].id: sitting id "giunta" is used twice | the first is at fleet.yaml:58:13',
      ],
    },
  ],
  uniqueProtected: [
    {
      edits: [["protect: [council]", "protect: [council, council]"]],
      errors: [
        'fleet.yaml:56:22 videoconference.protect[1]: protected group "council" is used twice | the first is at fleet.yaml:56:13',
      ],
    },
  ],
  uniqueSubscriptions: [
    {
      edits: [["subscriptions: [main]", "subscriptions: [main, main]"]],
      errors: [
        'fleet.yaml:8:73 azure.subscriptions[1]: subscription "main" is used twice | the first is at fleet.yaml:8:67',
      ],
    },
  ],
  deskNamesFit: [
    {
      edits: [
        ["id: counters", "id: cccccccccccccccccccccccccccccccccccccc"],
        ["id: comune\n", "id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"],
      ],
      errors: [
        "fleet.yaml:23:15 bodies[0].pools[1].id: the desks' names bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-cccccccccccccccccccccccccccccccccccccc-00001 have 75 characters, more than the 63 of a host name; shorten the ids by 12",
      ],
    },
  ],
  deskNamesDiffer: [
    {
      edits: [
        ["id: comune\n", "id: comune-nord\n"],
        ["id: provincia", "id: comune"],
        ["id: office, share: 0.25", "id: nord-office, share: 0.25"],
      ],
      errors: [
        "fleet.yaml:36:15 bodies[1].pools[0].id: two pools would name their desks comune-nord-office-00001; change one of the ids | the first is at fleet.yaml:22:15",
      ],
    },
  ],
  uniquePrefixes: [
    {
      edits: [
        ["class: medium,", "class: medium, prefix: desk,"],
        ["class: light,", "class: light, prefix: desk,"],
      ],
      errors: [
        'fleet.yaml:36:72 bodies[1].pools[0].prefix: host prefix "desk" is used twice | the first is at fleet.yaml:22:74',
      ],
    },
  ],
};
