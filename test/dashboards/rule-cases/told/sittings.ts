import type { Told } from "./told.ts";

/** Of sittings. */
export const sittingsTold: Readonly<Record<string, Told>> = {
  SittingAtRisk: {
    labels: { sitting: "giunta", severity: "ticket", team: "crisis" },
    summary: "Sitting giunta is at risk",
    description: "It begins in 1h 1m 0s; checks that found something missing: 2.",
    impact: "People who are invited and would not come in, or a sitting without its host.",
  },
  SittingAtRiskSoon: {
    labels: { sitting: "giunta", severity: "page", team: "crisis" },
    summary: "Sitting giunta begins within the hour, or has begun, and is at risk",
    description: "Checks that found something missing: 2.",
    impact: "The sitting is about to be held without somebody, or not at all.",
  },
  SittingUnchecked: {
    labels: { sitting: "giunta", severity: "ticket", team: "crisis" },
    summary: "Nobody looks whether sitting giunta is ready",
    description: "It was last looked at 1h 55m 0s ago, and begins within a day.",
    impact: "Nobody by itself; what is missing would be seen when the sitting begins.",
  },
};
