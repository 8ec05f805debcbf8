/** What an alert is told with; its steps and the runbook's section come on top. */
interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly impact: string;
  readonly carrier?: string;
}

export const told: Readonly<Record<string, Told>> = {};
