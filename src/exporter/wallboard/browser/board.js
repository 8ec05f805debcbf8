import { addSteps, place, redraw, setCharts } from "./charts.js";
import { morph } from "./morph.js";
import { follow } from "./stream.js";
import { ageText, lastHeard, setClock, showTimes, silentFor, timeText } from "./times.js";

/** Keeps the page as the exporter says that things stand, and says loudly when it does not say anything. */

const root = document.documentElement;
const alert = /** @type {HTMLElement} */ (document.getElementById("stalled"));
const said = document.createElement("strong");
/** How long ago that was; it grows, and is not read out. */
const ago = document.createElement("span");
ago.setAttribute("aria-hidden", "true");
let title = document.title;
/** What each section's HTML is, line by line. @type {Record<string, string[]>} */
const shown = {};
let isSilent = false;

/** A page stays for this long before it loads itself anew. */
const leastMs = 5000;

root.classList.add("is-live");

/** Not at once where it was just loaded: behind one address there may be two exporters, each of a version of its own. */
function loadAnew() {
  setTimeout(() => location.reload(), Math.max(0, leastMs - performance.now()));
}

/** @param {{ version?: string, title?: string, sections: Record<string, string[] | Record<number, string>> }} changes */
function show(changes) {
  if (changes.version !== undefined && changes.version !== root.dataset["version"]) loadAnew();
  if (changes.title !== undefined) title = changes.title;
  for (const [id, change] of Object.entries(changes.sections)) {
    const lines = Array.isArray(change) ? change : [...(shown[id] ?? [])];
    if (!Array.isArray(change)) for (const [index, line] of Object.entries(change)) lines[Number(index)] = line;
    shown[id] = lines;
    const place = document.querySelector(`[data-section="${id}"]`);
    if (place === null) continue;
    morph(place, lines.join(""));
    document.getElementById(id)?.toggleAttribute("hidden", lines.length === 0);
  }
  place();
}

/** @param {boolean} silent */
function tell(silent) {
  if (silent !== isSilent) {
    isSilent = silent;
    root.classList.toggle("is-stalled", silent);
    said.textContent = `No news since ${timeText(new Date(lastHeard() * 1000))}: what is shown is old.`;
    alert.replaceChildren(...(silent ? [said, " ", ago] : []));
  }
  ago.textContent = `(${ageText(silentFor())})`;
  document.title = silent ? `NO NEWS ${title}` : title;
  showTimes(silent);
}

follow(
  "events",
  {
    full: (data) => {
      setClock(data.now);
      show(data);
      setCharts(data.charts);
    },
    change: (data) => {
      setClock(data.now);
      show(data);
    },
    charts: (data) => {
      setClock(data.now);
      setCharts(data.charts);
    },
    steps: (data) => {
      setClock(data.now);
      addSteps(data.charts);
    },
    clock: (data) => setClock(data.now),
  },
  tell,
);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
