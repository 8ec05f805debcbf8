import type * as rules from "../../../src/fleet/rules/network.ts";
import type { BadFiles } from "../fixture.ts";

export const network: BadFiles<typeof rules> = {
  networksAreNetworks: [
    {
      edits: [["access:\n", "network: { desks: 10.64.3.0/12 }\naccess:\n"]],
      errors: [
        `fleet.yaml:10:19 network.desks: desks must be a network's own address, not "10.64.3.0/12", which lies inside 10.64.0.0/12 | write 10.64.0.0/12`,
      ],
    },
  ],
  networksAreWideEnough: [
    {
      edits: [["access:\n", "network: { desks: 10.64.0.0/20, clients: 64.0.0.0/2 }\naccess:\n"]],
      errors: [
        "fleet.yaml:10:19 network.desks: desks must be a range from /8 to /16, not /20",
        "fleet.yaml:10:42 network.clients: clients must not reach into 127.0.0.0/8, which no network may use",
        "fleet.yaml:10:42 network.clients: clients must be a range from /8 to /16, not /2",
      ],
    },
  ],
  networksAreOrdinary: [
    {
      edits: [["access:\n", "network: { transit: 127.0.0.0/16 }\naccess:\n"]],
      errors: ["fleet.yaml:10:21 network.transit: transit must not reach into 127.0.0.0/8, which no network may use"],
    },
  ],
  networksAreApart: [
    {
      edits: [["access:\n", "network: { clients: 10.112.0.0/14 }\naccess:\n"]],
      errors: [
        "fleet.yaml:10:1 network.transit: transit 10.112.0.0/16 overlaps clients 10.112.0.0/14 | the first is at fleet.yaml:10:21",
      ],
    },
    {
      edits: [["access:\n", "network: { desks: 10.0.0.0/8, clients: 10.96.0.0/13 }\naccess:\n"]],
      errors: [
        "fleet.yaml:10:1 network.transit: transit 10.112.0.0/16 overlaps desks 10.0.0.0/8 | the first is at fleet.yaml:10:19",
        "fleet.yaml:10:40 network.clients: clients 10.96.0.0/13 overlaps desks 10.0.0.0/8 | the first is at fleet.yaml:10:19",
      ],
    },
  ],
  addressesHoldNoPassword: [
    {
      edits: [["https://documents", "https://ann:secret@documents"]],
      errors: [
        "fleet.yaml:51:56 services[0].url: url must not hold a user or a password: the fleet file is no place for secrets",
      ],
    },
  ],
};
