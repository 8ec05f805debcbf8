/** Plain pages without script, as the receiver shows them to a browser. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Sent with every page: nothing from elsewhere, no script, not inside another site's frame. */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
} as const;

const style = `
:root { color-scheme: light dark; --line: light-dark(#c8ccd2, #3d434c); --soft: light-dark(#f3f5f7, #1b1f25);
  --good: light-dark(#0b5cad, #7cb8f5); --bad: light-dark(#a11212, #ff9d8a); --dim: light-dark(#545b66, #a4acb8); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 1rem/1.45 system-ui, sans-serif;
  background: light-dark(#fff, #12151a); color: light-dark(#14171c, #eceff3); }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
p { margin: .25rem 0; } .dim { color: var(--dim); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.state { font-weight: 600; white-space: nowrap; } .up { color: var(--good); } .down { color: var(--bad); }
tr.down { background: var(--soft); } :focus-visible { outline: 3px solid var(--good); outline-offset: 2px; }
`;

export interface Page {
  readonly title: string;
  /** HTML of the page's main part. */
  readonly main: string;
  readonly refreshSeconds: number;
}

export function renderPage({ title, main, refreshSeconds }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${refreshSeconds}">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

export interface Row {
  /** HTML of each cell. */
  readonly cells: readonly string[];
  readonly down?: boolean;
}

export function renderTable(caption: string, columns: readonly string[], rows: readonly Row[]): string {
  const head = columns.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join("");
  const body = rows.map(({ cells, down }) => {
    const inner = cells.map((cell) => `<td>${cell}</td>`).join("");
    return `<tr${down === true ? ' class="down"' : ""}>${inner}</tr>`;
  });
  return `<section aria-label="${escapeHtml(caption)}"><h2>${escapeHtml(caption)}</h2><div class="wide"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div></section>`;
}
