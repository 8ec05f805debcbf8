/** Events come every 2 s at least; after so long without any, what is shown is old. Milliseconds. */
const silenceMs = 6000;
const retryMs = 2000;

/**
 * Follows the exporter's events for as long as the page is open, and comes again by itself.
 *
 * @param {string} url
 * @param {Record<string, (data: any) => void>} take by the event's name
 * @param {(isSilent: boolean) => void} told each second, whether there was no news for too long
 */
export function follow(url, take, told) {
  let heardAt = performance.now();
  /** @type {EventSource | undefined} */
  let source;
  let openedAt = 0;
  const open = () => {
    source?.close();
    openedAt = performance.now();
    const opened = new EventSource(url);
    source = opened;
    for (const [name, handle] of Object.entries(take)) {
      opened.addEventListener(name, (event) => {
        heardAt = performance.now();
        handle(JSON.parse(/** @type {MessageEvent<string>} */ (event).data));
        told(false);
      });
    }
    // The browser's own way of coming again ends at an answer that is not 200.
    opened.addEventListener("error", () => {
      opened.close();
      if (source === opened) source = undefined;
    });
  };
  open();
  setInterval(() => {
    const now = performance.now();
    const isSilent = now - heardAt > silenceMs;
    const isDead = source === undefined || (isSilent && now - openedAt > silenceMs);
    if (isDead && now - openedAt > retryMs) open();
    told(isSilent);
  }, 1000);
}
