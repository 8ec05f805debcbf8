import { escapeHtml, type Page, renderTable, type Row } from "../html.ts";
import type { NotifiedAlert, PageRecord } from "./notification.ts";

const refreshSeconds = 5;

/** The last notifications, newest first. */
export function pagesPage(records: readonly PageRecord[]): Page {
  const rows = records.toReversed().flatMap(toRows);
  const columns = ["Came at (UTC)", "To", "State", "Alert", "What"];
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
      escapeHtml(annotations["summary"] ?? "") + (status === "firing" ? details(annotations) : ""),
    ],
  }));
}

/** What the annotations say beside the summary; what is not there is left out. */
function details(annotations: NotifiedAlert["annotations"]): string {
  const told = [
    ["impact", "Touched"],
    ["carrier", "Carrier"],
    ["steps", "First steps"],
  ].flatMap(([key = "", label = ""]) => {
    const text = annotations[key] ?? "";
    // A list of steps begins on a line of its own.
    const lines = [...(text.includes("\n") ? [""] : []), ...text.split("\n").map(escapeHtml)];
    return text === "" ? [] : [`<p class="dim">${label}: ${lines.join("<br>")}</p>`];
  });
  const links = [
    ["dashboard_url", "Dashboard"],
    ["runbook_url", "Runbook"],
  ].flatMap(([key = "", label = ""]) => {
    const address = annotations[key] ?? "";
    return /^https?:\/\//.test(address) ? [`<a href="${escapeHtml(address)}">${label}</a>`] : [];
  });
  return told.join("") + (links.length === 0 ? "" : `<p>${links.join(" · ")}</p>`);
}
