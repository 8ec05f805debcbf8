/** What an alert is told with; its steps and the runbook's section come on top. */
export interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly impact: string;
  readonly carrier?: string;
}
