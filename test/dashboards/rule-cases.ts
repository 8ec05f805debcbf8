import { capacityCases } from "./rule-cases/capacity.ts";
import type { Cases } from "./rule-cases/case.ts";
import { deliveryCases } from "./rule-cases/delivery.ts";
import { desksCases } from "./rule-cases/desks.ts";
import { expiryCases } from "./rule-cases/expiry.ts";
import { licencesCases } from "./rule-cases/licences.ts";
import { sittingsCases } from "./rule-cases/sittings.ts";
import { burnCases, linesCases } from "./rule-cases/lines.ts";
import { promisesCases } from "./rule-cases/promises.ts";
import { quickCases } from "./rule-cases/quick.ts";
import { servicesCases } from "./rule-cases/services.ts";
import { upkeepCases } from "./rule-cases/upkeep.ts";
import { watchCases } from "./rule-cases/watch.ts";

/** What every alert is tried by. */
export const cases: Readonly<Record<string, Cases>> = {
  ...quickCases,
  ...watchCases,
  ...linesCases,
  ...promisesCases,
  ...desksCases,
  ...servicesCases,
  ...capacityCases,
  ...expiryCases,
  ...licencesCases,
  ...sittingsCases,
  ...burnCases,
  ...upkeepCases,
  ...deliveryCases,
};
