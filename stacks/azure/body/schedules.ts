/**
 * When hosts run. All of a pooled pool's hosts are up from 07:00 and through the rush at 08:00, so that everybody gets
 * in; from 20:00 those that nobody uses go, and nobody is thrown out: who works on keeps the host. Personal desks that
 * have an owner are started for the rush, and stop half an hour after their person has signed out in the evening. At any
 * other time whoever connects starts their host and waits for it. Hours and parts are ours; the working day is the
 * press note's, 08:00 to 20:00.
 */

type Time = { readonly hour: number; readonly minute: number };
const at = (hour: number, minute = 0): Time => ({ hour, minute });

type Day = "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
const weekdays: Day[] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const weekend: Day[] = ["Saturday", "Sunday"];

/** Phases of a day. Ramp-up ends after the rush: as long as it lasts, the least number of hosts holds. */
const phases = {
  rampUpStartTime: at(7),
  peakStartTime: at(9, 30),
  rampDownStartTime: at(20),
  offPeakStartTime: at(22),
} as const;

const leaveMessage = "This host will soon be stopped. Save your work and sign out; you can sign in again at once.";

const pooledDay = {
  ...phases,
  // People are spread over all hosts while they sign in, and gathered on few while they leave.
  rampUpLoadBalancingAlgorithm: "BreadthFirst",
  peakLoadBalancingAlgorithm: "BreadthFirst",
  rampDownLoadBalancingAlgorithm: "DepthFirst",
  offPeakLoadBalancingAlgorithm: "DepthFirst",
  rampDownCapacityThresholdPct: 90,
  rampDownForceLogoffUsers: false,
  rampDownStopHostsWhen: "ZeroSessions",
  rampDownWaitTimeMinutes: 30,
  rampDownNotificationMessage: leaveMessage,
} as const;

/** By the name that the schedule has in its scaling plan. Percentages are of the pool's hosts, or of their seats. */
export const pooledSchedules = {
  weekdays: {
    ...pooledDay,
    daysOfWeek: weekdays,
    rampUpMinimumHostsPct: 100,
    rampUpCapacityThresholdPct: 60,
    rampDownMinimumHostsPct: 10,
  },
  weekend: {
    ...pooledDay,
    daysOfWeek: weekend,
    rampUpMinimumHostsPct: 10,
    rampUpCapacityThresholdPct: 60,
    rampDownMinimumHostsPct: 5,
  },
} as const;

const stay = { action: "None", minutes: 0 } as const;
const stop = { action: "Deallocate", minutes: 30 } as const;
/** A dropped line is not the end of work: the host waits for its person to come back. */
const stopWhenForgotten = { action: "Deallocate", minutes: 120 } as const;

type Phase = "rampUp" | "peak" | "rampDown" | "offPeak";
type Ending = { readonly action: "None" | "Deallocate"; readonly minutes: number };

function phase<P extends Phase>(name: P, disconnect: Ending, logoff: Ending) {
  return {
    [`${name}StartVMOnConnect`]: "Enable",
    [`${name}ActionOnDisconnect`]: disconnect.action,
    [`${name}MinutesToWaitOnDisconnect`]: disconnect.minutes,
    [`${name}ActionOnLogoff`]: logoff.action,
    [`${name}MinutesToWaitOnLogoff`]: logoff.minutes,
  } as Record<`${P}StartVMOnConnect`, "Enable"> &
    Record<`${P}ActionOnDisconnect` | `${P}ActionOnLogoff`, Ending["action"]> &
    Record<`${P}MinutesToWaitOnDisconnect` | `${P}MinutesToWaitOnLogoff`, number>;
}

const personalDay = {
  ...phases,
  ...phase("rampUp", stay, stay),
  ...phase("peak", stay, stay),
  ...phase("rampDown", stay, stop),
  ...phase("offPeak", stopWhenForgotten, stop),
} as const;

export const personalSchedules = {
  weekdays: { ...personalDay, daysOfWeek: weekdays, rampUpAutoStartHosts: "WithAssignedUser" },
  weekend: {
    ...personalDay,
    ...phase("peak", stopWhenForgotten, stop),
    daysOfWeek: weekend,
    rampUpAutoStartHosts: "None",
  },
} as const;
