import uPlot from "./uplot.js";

/**
 * @typedef {{ ids: string[], last: number, stepSeconds: number, rtt: (number | null)[][], loss: (number | null)[][] }} ChartData
 */

/** So many steps are shown. */
const steps = 120;
const least = { ms: 5, percent: 10 };

/** @type {Map<string, { element: HTMLElement, plot: uPlot }>} */
const plots = new Map();
/** @type {ChartData} */
let data = { ids: [], last: 0, stepSeconds: 5, rtt: [], loss: [] };

/** Charts out of sight are not drawn until they are seen. */
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) draw(/** @type {HTMLElement} */ (target));
  }
});
const room = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const known = plots.get(idOf(/** @type {HTMLElement} */ (target)));
    const { width, height } = contentRect;
    if (known?.element === target && width > 0)
      known.plot.setSize({ width: Math.floor(width), height: Math.floor(height) });
  }
});

/** @param {ChartData} all */
export function setCharts(all) {
  data = all;
  place();
}

/** @param {ChartData} more of the same lines */
export function addSteps(more) {
  const joined = (/** @type {(number | null)[][]} */ known, /** @type {(number | null)[][]} */ fresh) =>
    known.map((values, index) => [...values, ...(fresh[index] ?? [])].slice(-steps));
  data = { ...more, rtt: joined(data.rtt, more.rtt), loss: joined(data.loss, more.loss) };
  for (const { element } of plots.values()) if (isSeen(element)) draw(element);
}

/** Puts charts where the page has room for them, and takes away those whose place is gone. */
export function place() {
  /** @type {NodeListOf<HTMLElement>} */
  const elements = document.querySelectorAll(".chart");
  const wanted = new Set(elements);
  for (const [id, { element, plot }] of plots) {
    if (wanted.has(element) && idOf(element) === id) continue;
    plot.destroy();
    plots.delete(id);
    sight.unobserve(element);
    room.unobserve(element);
  }
  for (const element of elements) {
    sight.observe(element);
    room.observe(element);
    if (isSeen(element)) draw(element);
  }
}

/** Draws all anew, since colours or sizes are others now. */
export function redraw() {
  for (const { plot } of plots.values()) plot.destroy();
  plots.clear();
  place();
}

/** @param {HTMLElement} element */
function draw(element) {
  const id = idOf(element);
  const index = data.ids.indexOf(id);
  if (index < 0) return;
  const times = Array.from({ length: steps }, (_, at) => (data.last - steps + 1 + at) * data.stepSeconds);
  /** @type {import("uplot").AlignedData} */
  const aligned = [times, data.loss[index] ?? [], data.rtt[index] ?? []];
  const known = plots.get(id);
  if (known?.element === element) known.plot.setData(aligned);
  else {
    known?.plot.destroy();
    plots.set(id, { element, plot: new uPlot(optionsFor(element), aligned, element) });
  }
}

/**
 * @param {HTMLElement} element
 * @returns {import("uplot").Options}
 */
function optionsFor(element) {
  const style = getComputedStyle(element);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const size = Math.round(0.62 * parseFloat(getComputedStyle(document.documentElement).fontSize));
  const font = `${size}px system-ui, sans-serif`;
  const axis = { stroke: colour("--dim"), font, ticks: { show: false }, grid: { stroke: colour("--hair"), width: 1 } };
  const { bars } = uPlot.paths;
  return {
    width: Math.max(60, Math.floor(element.clientWidth)),
    height: Math.max(40, Math.floor(element.clientHeight)),
    padding: [size / 2, 0, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: true },
      ms: { range: (_, __, most) => [0, Math.max(least.ms, 1.15 * (most ?? 0))] },
      percent: { range: (_, __, most) => [0, Math.max(least.percent, most ?? 0)] },
    },
    axes: [
      { ...axis, size: 1.7 * size, gap: 2, space: 7 * size, values: (_, at) => at.map(clockOf) },
      {
        ...axis,
        scale: "ms",
        size: 4.2 * size,
        gap: 3,
        space: 2.4 * size,
        values: (_, at) => at.map((each) => `${each} ms`),
      },
      {
        ...axis,
        scale: "percent",
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- uPlot's names for sides are there as types alone
        side: 1,
        size: 3.4 * size,
        gap: 3,
        space: 2.4 * size,
        grid: { show: false },
        values: (_, at) => at.map((each) => `${each} %`),
      },
    ],
    series: [
      {},
      {
        scale: "percent",
        fill: colour("--down"),
        stroke: colour("--down"),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars({ size: [1, 100] }) }),
      },
      { scale: "ms", stroke: colour("--up"), width: Math.max(1.5, size / 7), points: { show: false } },
    ],
  };
}

/** @param {number} seconds since 1970 */
function clockOf(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** @param {HTMLElement} element */
function idOf(element) {
  return element.dataset["link"] ?? "";
}

/** @param {HTMLElement} element */
function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
