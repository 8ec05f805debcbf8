/** Moments in the viewer's own time, and ages that grow. The exporter's clock is the one that counts. */

let exporterNow = Number(document.documentElement.dataset["now"]);
let heardAt = performance.now();

/** @param {number} now the exporter's clock, seconds since 1970 */
export function setClock(now) {
  exporterNow = now;
  heardAt = performance.now();
}

/** When the exporter was last heard, seconds since 1970. */
export function lastHeard() {
  return exporterNow;
}

/** Seconds since then. */
export function silentFor() {
  return (performance.now() - heardAt) / 1000;
}

/** @param {boolean} isSilent the clock stands still then, so that nobody takes the page for a living one */
export function showTimes(isSilent) {
  const now = exporterNow + silentFor();
  for (const element of document.querySelectorAll("time")) {
    if (element.dataset["shown"] === element.dateTime) continue;
    element.dataset["shown"] = element.dateTime;
    element.textContent = momentText(new Date(element.dateTime), new Date(now * 1000));
  }
  for (const element of document.querySelectorAll("span[data-since]")) {
    const text = ageText(Math.abs(now - Number(element.getAttribute("data-since"))));
    if (element.textContent !== text) element.textContent = text;
  }
  const clock = document.getElementById("clock");
  if (clock !== null && !isSilent) clock.textContent = timeText(new Date(now * 1000));
}

/** @param {Date} at */
export function timeText(at) {
  return at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/**
 * @param {Date} at
 * @param {Date} now
 */
function momentText(at, now) {
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  if (at.toDateString() === now.toDateString()) return time;
  const year = at.getFullYear() === now.getFullYear() ? {} : /** @type {const} */ ({ year: "numeric" });
  return `${at.toLocaleDateString([], { day: "numeric", month: "short", ...year })}, ${time}`;
}

/** @param {number} seconds */
export function ageText(seconds) {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  return whole < 172_800 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86_400)} days`;
}
