import type * as rules from "../../../src/fleet/rules/people.ts";
import type { BadFiles } from "../fixture.ts";

export const people: BadFiles<typeof rules> = {
  exemptWithinStaff: [
    {
      edits: [["exempt: { infrastructure: 1 }", "exempt: { infrastructure: 9, essential: 2 }"]],
      errors: [
        'fleet.yaml:48:39 bodies[2].staff.exempt: the exempt staff of body "consorzio" come to 11, more than its 10 in all',
      ],
    },
  ],
  laptopsNeedStaff: [
    {
      edits: [["    staff: { total: 10, enabled: 0.8, exempt: { infrastructure: 1 } }\n", ""]],
      errors: [
        'fleet.yaml:46:5 bodies[2].laptops: body "consorzio" has laptops but no staff: one laptop is counted for each enabled person',
      ],
    },
  ],
  unitsHaveEnoughPeople: [
    {
      edits: [
        ["present: 2", "present: 5"],
        ["onCall: 1", "onCall: 4"],
      ],
      errors: [
        'fleet.yaml:64:43 units[0].day.present: unit "crisis" needs 5 present by day, but has 4 people',
        'fleet.yaml:65:22 units[0].night.onCall: unit "crisis" needs 4 on call and 1 as backup by night, but has 4 people',
      ],
    },
  ],
  durationsAreLongerThanZero: [
    {
      edits: [["within: 20s", "within: 0s"]],
      errors: ["fleet.yaml:73:37 contactCentre.target.within: within must be longer than 0, not 0s"],
    },
  ],
  closuresAreDays: [
    {
      edits: [['["06-24"]', '["06-31"]']],
      errors: ['fleet.yaml:72:14 contactCentre.closures[0]: closures[0] must be a day of the calendar, not "06-31"'],
    },
  ],
  timezoneExists: [
    {
      edits: [["Europe/Rome", "Europe/Rom"]],
      errors: [
        'fleet.yaml:6:11 timezone: timezone must be an IANA time zone such as Europe/Rome, not "Europe/Rom" | did you mean "Europe/Rome"?',
      ],
    },
    {
      edits: [["Europe/Rome", "europe/rome"]],
      errors: [
        'fleet.yaml:6:11 timezone: timezone must be an IANA time zone such as Europe/Rome, not "europe/rome" | did you mean "Europe/Rome"?',
      ],
    },
    {
      edits: [["timezone: Europe/Rome", 'timezone: "+01:00"']],
      errors: ['fleet.yaml:6:11 timezone: timezone must be an IANA time zone such as Europe/Rome, not "+01:00"'],
    },
  ],
};
