import { escapeHtml, type Page, renderTable, type Row } from "../html.ts";
import type { PageRecord } from "./notification.ts";

const refreshSeconds = 5;

/** The last notifications, newest first. */
export function pagesPage(records: readonly PageRecord[]): Page {
  const rows = records.toReversed().flatMap(toRows);
  const columns = ["Came at (UTC)", "To", "State", "Alert", "What"].map((title) => ({ title }));
  const list = rows.length === 0 ? "<p>None has come yet.</p>" : renderTable("Newest first", columns, rows);
  const intro = `<p class="dim">What Alertmanager sent here; this page renews itself every ${refreshSeconds} seconds.</p>`;
  return { title: "Notifications", main: `<h1>Notifications</h1>\n${intro}\n${list}`, refreshSeconds };
}

function toRows({ at, path, alerts }: PageRecord): readonly Row[] {
  return alerts.map(({ status, labels, annotations }) => ({
    down: status === "firing",
    cells: [
      escapeHtml(at.replace("T", " ").slice(0, 19)),
      escapeHtml(path),
      status === "firing" ? '<span class="state down">■ firing</span>' : '<span class="state up">● resolved</span>',
      escapeHtml(labels["alertname"] ?? ""),
      escapeHtml(annotations["summary"] ?? ""),
    ],
  }));
}
