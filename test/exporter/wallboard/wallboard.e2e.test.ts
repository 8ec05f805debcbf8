import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Report, TargetKind } from "../../../src/report.ts";
import { exporter, reporter, start, writeInventory } from "../world.ts";
import { follow } from "./events.ts";
import { idsOf, referenceInventory, type Standing, told } from "./reference.ts";

let browser: Browser;
before(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});
after(() => browser.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

const wall: BrowserContextOptions = { viewport: { width: 1920, height: 1080 } };
const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 } };
const kinds: readonly TargetKind[] = ["link", "site", "host", "service", "gateway"];

type Down = Partial<Record<TargetKind, readonly string[]>>;
type Tell = (down: Down, which?: readonly TargetKind[]) => void;

/** An exporter of the reference fleet, and what its probers say next. `share`: of the desks. */
async function reference(share = 0.01): Promise<Tell> {
  const inventory = referenceInventory(share);
  writeInventory(inventory);
  await start();
  const tells = { hub: await reporter("hub"), public: await reporter("public") };
  const ids = idsOf(inventory);
  const since = Math.floor(Date.now() / 1000) - 600;
  let attempts = 0;
  const tell: Tell = (down, which = kinds) => {
    attempts += 20;
    const now = Date.now() / 1000;
    for (const kind of which) {
      const standing: Standing = {
        down: down[kind] ?? [],
        since,
        counted: () => ({ attempts, failures: attempts / 20, rtt: 0.01 }),
      };
      const run: Report = { type: "kind", kind, interval: 0.2, lastRun: now, lag: 0, coverage: 1 };
      tells[kind === "gateway" ? "public" : "hub"](run, ...told(kind, ids[kind], standing));
    }
  };
  tell({});
  return tell;
}

/** Probers that go on saying the same, until they are told otherwise. */
function keepTelling(tell: Tell): { down: Down; stop(): void } {
  const state = { down: {} as Down, stop: () => clearInterval(timer) };
  const timer = setInterval(() => tell(state.down, ["link", "site", "service", "gateway", "host"]), 500).unref();
  return state;
}

async function open(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${exporter?.port}/`);
  return page;
}

/** Waits until the page says this, which it has to without being loaded again. */
const says = (page: Page, selector: string, text: string | RegExp) =>
  page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 30_000 });

test("a link that is cut is seen without loading the page again, in the list, on the map and in the title", async () => {
  const probers = keepTelling(await reference());
  const page = await open(wall);
  await says(page, "#burning", "All well");
  await page.evaluate(() => Object.assign(globalThis, { wasNotLoadedAgain: true }));
  probers.down = { link: ["regione/giunta/fibre"] };
  await says(
    page,
    "#burning",
    /1 thing burns.*link regione\/giunta\/fibre DOWN since.*10 min.*the other line carries/s,
  );
  await page.waitForFunction("document.title === 'DOWN piemonte'");
  assert.equal(await page.locator("#map .wire.is-down").count(), 1);
  assert.equal(await page.locator("#map rect.shape.is-down").count(), 1, "by shape");
  await says(page, "#map svg text", "DOWN");
  await says(page, "[role=status]", "Burning: link regione/giunta/fibre.");
  await page.locator("#lines .chart canvas").first().waitFor();
  probers.down = {};
  await says(page, "#burning", "All well");
  assert.equal(await page.evaluate(() => "wasNotLoadedAgain" in globalThis), true);
  probers.stop();
});

test("probers that fall silent: what is shown is shown as old, not as down and not as up", async () => {
  const tell = await reference();
  const page = await open(wall);
  await says(page, "#burning", "All well");
  tell({}, []);
  await says(page, "#burning", "Not known");
  await says(page, ".blindness", /Old: links, sites, desks, services were last probed \d+ s ago from hub/);
  await says(page, "#map svg text", "was up");
  assert.equal(await page.locator("#map .is-down").count(), 0);
  assert.equal(await page.locator("#map .is-up:not(.is-old)").count(), 0);
});

test("an exporter that stops: the page says that there is no news, and recovers by itself", async () => {
  const tell = await reference();
  const page = await open(wall);
  await says(page, "#burning", "All well");
  const port = exporter?.port ?? 0;
  await exporter?.close();
  await says(page, "[role=alert]", /No news since \d\d:\d\d:\d\d: what is shown is old/);
  assert.match(await page.title(), /^NO NEWS /);
  const clock = await page.locator("#clock").textContent();
  tell({}, []);
  await start({ listen: { host: "127.0.0.1", port } });
  await page.locator("html:not(.is-stalled)").waitFor();
  await says(page, "#burning", "Not known");
  assert.notEqual(await page.locator("#clock").textContent(), clock, "the clock stood still, and goes on");
  assert.equal(await page.locator("[role=alert]").textContent(), "");
});

test("without script the page shows how things stand, and loads itself again", async () => {
  const tell = await reference();
  tell({ link: ["torino/palazzo-civico/fibre"], gateway: ["hub-b"] });
  const page = await open({ ...phone, javaScriptEnabled: false });
  await says(page, "#burning", /2 things burn/);
  await says(page, "#burning", /gateway hub-b DOWN since/);
  tell({ site: ["regione/consiglio"] });
  await says(page, "#burning", /site regione\/consiglio/);
});

for (const colorScheme of ["dark", "light"] as const) {
  for (const [name, size] of Object.entries({ wall, phone })) {
    test(`${name}, ${colorScheme}: nothing sticks out, and axe finds nothing, well, burning, old or without news`, async () => {
      const probers = keepTelling(await reference());
      const page = await open({ ...size, colorScheme });
      await says(page, "#burning", "All well");
      await page.locator("summary").click();
      await check(page);
      probers.down = {
        link: ["regione/corso-marche/satellite"],
        site: ["regione/consiglio"],
        service: ["health"],
        gateway: ["hub-b"],
      };
      await says(page, "#burning", "4 things burn");
      await check(page);
      probers.stop();
      await says(page, "#burning", "when last looked at");
      await check(page);
      await exporter?.close();
      await says(page, "[role=alert]", "No news since");
      await check(page);
    });
  }
}

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** No sideways scrolling, and no fault that axe knows. */
async function check(page: Page): Promise<void> {
  const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(over), 0);
  // By the debugger's hand, since the page's own policy lets no script in.
  await page.evaluate(axe);
  const found = await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join("; ")))`);
  assert.deepEqual(found, []);
}

test("the keyboard reaches all that can be used, and what is open stays open when something changes", async () => {
  const probers = keepTelling(await reference());
  const page = await open(phone);
  await says(page, "#burning", "All well");
  const wanted = await page.locator("summary:visible, [tabindex='0']:visible").count();
  assert.ok(wanted >= 3, "there is something to reach");
  const reached = new Set<string>();
  for (const _ of Array.from({ length: wanted })) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate<string>("document.activeElement.outerHTML.slice(0, 120)"));
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    assert.equal(outline, "solid", "the focus is seen");
  }
  assert.equal(reached.size, wanted);
  await page.locator("summary").focus();
  await page.keyboard.press("Enter");
  await says(page, "#lines details[open] table", "carrier-a");
  probers.down = { link: ["regione/giunta/fibre"] };
  await says(page, "#lines details[open] table", "DOWN");
  assert.equal(await page.evaluate("document.activeElement.tagName"), "SUMMARY");
  probers.stop();
});

test("7,000 desks that change each second: few things are drawn, few bytes sent, and nothing piles up", async () => {
  const tell = await reference(1);
  const page = await open(wall);
  await says(page, "#desks", "3,395");
  await page.locator("#lines .chart canvas").first().waitFor();
  const count = () => page.evaluate<number>("document.querySelectorAll('*').length");
  const nodes = await count();
  assert.ok(nodes < 1500, `${nodes} elements`);
  const viewer = await follow();
  const full = await viewer.next("full");
  assert.ok(full !== undefined && full.bytes < 64_000, `${full?.bytes} bytes at first`);
  const hosts = idsOf(referenceInventory(1)).host;
  let changes = 0;
  for (const round of Array.from({ length: 12 }, (_, index) => index)) {
    const down = hosts.filter((_, index) => index % 12 === round || index % 12 === (round + 1) % 12);
    tell({ host: down.slice(round) });
    const change = await viewer.next("change");
    assert.ok(change !== undefined && change.bytes < 16_000, `${change?.bytes} bytes of a change`);
    changes += 1;
  }
  assert.equal(changes, 12);
  await says(page, "#burning", /desks regione\/office [\d,]+ of 3,010 DOWN/);
  assert.ok((await count()) < nodes + 100, "nothing is left behind");
  await viewer.leave();
});

test("another stage: the page loads itself anew, and shows what is there then", async () => {
  await reference();
  const page = await open(wall);
  await says(page, "header", "Stage surge");
  await page.locator("html.is-live").waitFor();
  writeInventory({ ...referenceInventory(0.01), sites: [], links: [], stage: "next" });
  await says(page, "header", "Stage next");
  assert.equal(await page.locator("#map:visible").count(), 0);
});

test("markup in names stays text when it comes by the stream, too", async () => {
  const evil = `<img src=x onerror="document.title='owned'">`;
  const inventory = referenceInventory(0.01);
  writeInventory({ ...inventory, services: [{ id: "s", name: evil, url: "https://s.example/" }] });
  await start();
  const hub = await reporter("hub");
  const page = await open(wall);
  await page.locator("html.is-live").waitFor();
  hub(...told("service", ["s"], { down: ["s"], since: 1 }));
  await says(page, "#burning", `service ${evil}`);
  assert.equal(await page.locator("img").count(), 0);
});
