import { z } from "zod";

/** Values of the fleet file that stand in many places of its schema. Each carries an example that is valid. */

export const id = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens, starting with a letter")
  .max(40)
  .meta({ examples: ["office"] });
export const ipv4Range = z.cidrv4().meta({ examples: ["10.64.0.0/12"] });
export const isoDate = z.iso.date().meta({ examples: ["2020-03-09"] });
export const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day as HH:MM")
  .meta({ examples: ["17:30"] });
export const clockSpan = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a span of the day as HH:MM-HH:MM")
  .meta({ examples: ["08:00-20:00"] });
export const duration = z
  .string()
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, "a duration such as 20s, 30m or 1h")
  .meta({ examples: ["20s"] });
export const ratio = z
  .number()
  .min(0)
  .max(1)
  .meta({ examples: [0.8] });
export const count = z
  .int()
  .min(0)
  .max(10_000_000)
  .meta({ examples: [60] });
export const positive = z
  .int()
  .min(1)
  .max(10_000_000)
  .meta({ examples: [100] });
export const rate = z
  .number()
  .positive()
  .max(1_000_000)
  .meta({ examples: [1] });
export const name = z
  .string()
  .min(1)
  .max(120)
  .meta({ examples: ["Regione Piemonte"] });
