import type { Section } from "../section.ts";
import { burning } from "./burning.ts";
import { desks } from "./desks.ts";
import { gateways } from "./gateways.ts";
import { jobs } from "./jobs.ts";
import { lines } from "./lines.ts";
import { map } from "./map.ts";
import { services } from "./services.ts";
import { watch } from "./watch.ts";

/** The wallboard's sections, from the top. */
export const sections: readonly Section[] = [burning, map, desks, gateways, lines, services, jobs, watch];
