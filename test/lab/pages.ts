import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Page {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Alerts that arrived at whoever was on duty, in order; `root` is the lab's folder. */
export function pagesIn(root: string): readonly Page[] {
  const lines = readFileSync(join(root, "pages.jsonl"), "utf8").trim().split("\n");
  const notifications = lines
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { path: string; alerts: readonly Page[] });
  return notifications.filter((each) => each.path === "/day" || each.path === "/night").flatMap((each) => each.alerts);
}
