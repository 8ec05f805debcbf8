import type { Family } from "../../metrics.ts";
import type { CertificateStanding, Collector } from "../collector.ts";

/** When the authority, its list and what it signed run out, and how people's profiles stand. */
export const certificatesCollector: Collector = {
  name: "certificates",
  applies: ({ certificates }) => certificates !== undefined,
  collect: async ({ certificates }) => (certificates === undefined ? [] : familiesOf(await certificates())),
};

function familiesOf(standing: CertificateStanding): readonly Family[] {
  const { authorityEnds, revocationListEnds, profiles } = standing;
  return [
    { name: "authority_expiry_timestamp_seconds", samples: [{ labels: {}, value: authorityEnds / 1000 }] },
    // Without a list no gateway lets anybody in: as if it had run out for ever.
    {
      name: "revocation_list_expiry_timestamp_seconds",
      samples: [{ labels: {}, value: (revocationListEnds ?? 0) / 1000 }],
    },
    {
      name: "profiles",
      samples: profiles.flatMap(({ body, people }) =>
        Object.entries(people).map(([state, value]) => ({ labels: { body, state }, value })),
      ),
    },
    {
      name: "profile_next_expiry_timestamp_seconds",
      samples: profiles.flatMap(({ body, nextEnds }) =>
        nextEnds === undefined ? [] : [{ labels: { body }, value: nextEnds / 1000 }],
      ),
    },
  ];
}
