import { figuresTold } from "./figures.ts";
import { licencesTold } from "./licences.ts";
import { sittingsTold } from "./sittings.ts";
import { linesTold } from "./lines.ts";
import type { Told } from "./told.ts";

/** Of the first positive case of each alert, at its last look. */
export const told: Readonly<Record<string, Told>> = { ...linesTold, ...figuresTold, ...licencesTold, ...sittingsTold };
