import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { fleetInOrder, usual } from "./in-order.ts";
import { promtoolTest, renderedFolder } from "./monitoring.ts";

/**
 * A week in which nothing is wrong, seen every 90 s (promtool looks at 10,000 samples at once, no more): each line loses one probe in a hundred and carries nothing, hosts of
 * a cloud pool are shut down each night, made anew while it is quiet and started all at once in the morning, people come
 * and go. Nobody may be paged by it, nor get a ticket.
 */
const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

const step = 90;
const day = 86_400 / step;
const days = 7;
const minutes = (count: number): number => (count * 60) / step;
const hours = (count: number): number => minutes(60 * count);

/** Runs of a value as promtool writes them, over and over each day: `[value, steps]`. */
function daily(...runs: readonly (readonly [value: number, steps: number])[]): string {
  const rest = day - runs.reduce((sum, [, steps]) => sum + steps, 0);
  const [last = 0] = runs.at(-1) ?? [];
  const one = [...runs, ...(rest > 0 ? [[last, rest] as const] : [])].map(
    ([value, steps]) => `${value}+0x${steps - 1}`,
  );
  return Array.from({ length: days }, () => one.join(" ")).join(" ");
}

/** A counter that grows by so much each step. */
const growing = (perStep: number): string => `0+${perStep}x${days * day}`;

const pool = { body: "b", pool: "b/cloud" };
const desks = 40;
/** Each of the 40 hosts; two of them work all night. */
const worksAtNight = (nth: number): boolean => nth < 2;

/** From 2 on made anew, one after the other, 12 minutes each; at 7 all are started, and answer after 4 and a half. */
function host(nth: number): string {
  const atNight = worksAtNight(nth) ? 1 : 0;
  const rebuilt = hours(2) + (nth % 5) * minutes(12);
  const started = hours(7) + minutes(4.5);
  const night = [atNight, rebuilt] as const;
  const anew = [0, minutes(12)] as const;
  return daily(night, anew, [atNight, started - rebuilt - minutes(12)], [1, hours(20) - started], [atNight, hours(4)]);
}

/** What the cloud says of its hosts. */
const states = {
  available: daily([2, hours(7)], [desks, hours(13)], [2, hours(4)]),
  shutdown: daily([desks - 2, hours(7)], [0, hours(13)], [desks - 2, hours(4)]),
  upgrading: daily([0, hours(2)], [2, hours(1)], [0, hours(21)]),
};

const lines = [
  ["b/hall", "b/hall/fibre", "hub-a"],
  ["b/hall", "b/hall/radio", "hub-b"],
  ["b/desk", "b/desk/fibre", "hub-a"],
] as const;

const series: Readonly<Record<string, string>> = {
  ...fleetInOrder(step, days * day),
  ...Object.fromEntries(
    Array.from({ length: desks }, (_, nth) => [
      usual("desk_up", { ...pool, desk: `b-cloud-${nth}`, vantage: "hub" }),
      host(nth),
    ]),
  ),
  [usual("pool_info", { ...pool, kind: "personal", site: "" })]: `1+0x${days * day}`,
  ...Object.fromEntries(
    Object.entries(states).map(([state, values]) => [usual("pool_hosts", { ...pool, state }), values]),
  ),
  [usual("vpn_sessions", { gateway: "hub-a" })]: daily([2, hours(8)], [60, hours(10)], [2, hours(6)]),
  [usual("vpn_sessions_limit", { gateway: "hub-a" })]: `100+0x${days * day}`,
  ...Object.fromEntries(
    lines.flatMap(([site, link, gateway]) => {
      const of = { job: "deskbridge-links", body: "b", site, gateway, link, vantage: "hub" };
      return [
        [usual("link_probe_attempts_total", of), growing(5 * step)],
        [usual("link_probe_failures_total", of), growing(0.05 * step)],
        [usual("link_rx_bytes_total", of), growing(0)],
        [usual("link_tx_bytes_total", of), growing(0)],
      ];
    }),
  ),
};

test("a week in which nothing is wrong: nobody is told of anything", () => {
  promtoolTest(
    folder,
    "quiet-week",
    [
      {
        interval: `${step}s`,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: `count by (alertname) (max_over_time(ALERTS{alertname!="Watchdog",alertstate="firing"}[${days}d]))`,
            eval_time: `${days * 24}h`,
            exp_samples: [],
          },
        ],
      },
    ],
    step,
  );
});
