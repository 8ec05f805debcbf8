import { escapeHtml } from "../../html.ts";
import { shardText } from "../../shard.ts";
import type { WatchedFleet } from "../watched.ts";
import type { Picture } from "./changes.ts";
import { moment, withAges } from "./marks.ts";
import type { Section } from "./section.ts";
import { sections } from "./sections/index.ts";

/** Sent with the page: what it needs comes from here alone, no script is inline, nobody frames it. */
export const documentHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** Without script the page loads itself anew so often. */
const reloadSeconds = 5;

/** The whole page as it stands, which its script then keeps up to date. `now`: seconds since 1970. */
export function renderDocument(fleet: WatchedFleet | undefined, picture: Picture, now: number): string {
  const draw = ({ id, title }: Section): string => {
    const lines = picture.sections[id] ?? [];
    const hidden = lines.length === 0 ? " hidden" : "";
    return `<section id="${id}" aria-labelledby="${id}-title"${hidden}>
<h2 id="${id}-title">${title}</h2>
<div data-section="${id}">${withAges(lines.join(""), now)}</div>
</section>`;
  };
  const parts = runsOf(sections).map((run) => {
    const [first] = run;
    const drawn = run.map(draw).join("\n");
    return first?.place === "wide" ? drawn : `<div class="${first?.place}">\n${drawn}\n</div>`;
  });
  return `<!doctype html>
<html lang="en" data-version="${picture.version}" data-now="${now}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(picture.title)}</title>
<link rel="icon" href="wallboard/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="wallboard/uplot.css">
<link rel="stylesheet" href="wallboard/board.css">
<script type="module" src="wallboard/board.js"></script>
<noscript><meta http-equiv="refresh" content="${reloadSeconds}"></noscript>
</head>
<body>
<p id="stalled" role="alert"></p>
<header>
${heading(fleet)}
<p id="clock">${moment(now)}</p>
</header>
<main>
${fleet === undefined ? "<p>No inventory has been read yet.</p>" : ""}
${parts.join("\n")}
</main>
</body>
</html>
`;
}

/** Sections of one place that follow each other, together. */
function runsOf(all: readonly Section[]): readonly (readonly Section[])[] {
  const runs: Section[][] = [];
  for (const section of all) {
    const run = runs.at(-1);
    if (run?.[0]?.place === section.place) run.push(section);
    else runs.push([section]);
  }
  return runs;
}

/** What stands above the sections. */
export function heading(fleet: WatchedFleet | undefined): string {
  if (fleet === undefined) return "<h1>Deskbridge</h1>";
  const { inventory, shard } = fleet;
  const part = shard.count === 1 ? "" : ` Part ${shardText(shard)} of the fleet: the rest is not shown here.`;
  return `<h1>${escapeHtml(inventory.fleet)}</h1>
<p class="dim">Stage ${escapeHtml(inventory.stage)}, target ${inventory.target}.${part}</p>`;
}
