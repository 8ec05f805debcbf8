import type { Told } from "./told.ts";

const ticket = { severity: "ticket", team: "crisis" } as const;

/** Of licences and roll-outs. */
export const licencesTold: Readonly<Record<string, Told>> = {
  LicenceSeatsFull: {
    labels: { provider: "zoom", ...ticket },
    summary: "zoom has no seat left, and 3 people wait for one",
    description: "Their bodies have room in their quotas, and no idle seat may be freed for them.",
    impact: "3 people who are to have a seat, and cannot call a sitting.",
  },
  LicenceSeatsHigh: {
    labels: { provider: "zoom", ...ticket },
    summary: "zoom has fewer seats left than the bodies are still to get",
    description: "95% of the seats are given.",
    impact: "Nobody yet; the last of those who are to get a seat will wait.",
  },
  LicenceExpiring: {
    labels: { provider: "zoom", ...ticket },
    summary: "The licences of zoom end soon",
    description: "They end in 58d 23h 0m 0s, by the fleet file.",
    impact: "Then everybody with a seat is without.",
  },
  RolloutFailing: {
    labels: { run: "2026-11-27-1", ...ticket },
    summary: "Roll-out 2026-11-27-1: people did not come through, or it was stopped",
    description: "It is failed; people who failed or whose desk was not reached: 3.",
    impact: "These people have no seat, or no client that works; after a stop, all of the later waves too.",
  },
  RolloutStalled: {
    labels: { run: "2026-11-27-1", ...ticket },
    summary: "Roll-out 2026-11-27-1 is open, and nothing comes of it",
    description: "Its journal has not grown for 59m 30s beyond its pause between waves.",
    impact: "People of its later waves wait; what was in flight at its end is known by nobody.",
  },
  SeatsReportOld: {
    labels: { collector: "seats", instance: "e", job: "deskbridge", scope: "vendor", ...ticket },
    summary: "Nobody tells the exporter of seats and roll-outs: vendor",
    description: "What the report says is 46m 0s old; after 6 hours it is no longer served.",
    impact: "Nobody by itself; seats that run out and a roll-out that fails are not told.",
  },
};
