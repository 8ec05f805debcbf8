import type { Alertmanager } from "./alertmanager.ts";
import type { Prometheus } from "./prometheus.ts";
import { standingOf, type StandingSettings } from "./standing.ts";
import { decide, type Decision, silenceOf, type Window, windowsOf } from "./window.ts";

export interface Opening extends StandingSettings {
  readonly window: Window;
  readonly forced: boolean;
  readonly dryRun: boolean;
}

/**
 * Opens a window where it may be opened. Two people may open windows of two lines of one site at the same moment: each
 * looks again afterwards, and takes its own back where none would be left.
 */
export async function openWindow(
  alertmanager: Alertmanager,
  prometheus: Prometheus,
  { window, forced, dryRun, ...settings }: Opening,
): Promise<Decision> {
  const standing = await standingOf(prometheus, settings);
  const decision = decide(window, { ...standing, windows: windowsOf(await alertmanager.silences()) }, forced);
  if (decision.kind !== "may" || dryRun) return decision;
  const id = await alertmanager.add(silenceOf(window));
  const others = windowsOf(await alertmanager.silences()).filter((each) => each.id !== id);
  const again = decide(window, { ...standing, windows: others }, forced);
  if (again.kind !== "may") await alertmanager.end(id);
  return again;
}
