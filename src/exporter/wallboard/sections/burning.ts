import { escapeHtml } from "../../../html.ts";
import { targetKinds } from "../../../report.ts";
import { type Fire, firesOf } from "../fires.ts";
import { ageSince, moment } from "../marks.ts";
import type { Section } from "../section.ts";
import type { View } from "../view.ts";
import type { Vigil } from "../vigil.ts";
import { count } from "../words.ts";

/** So many are listed; of more, how many. */
const mostFires = 12;

/** What burns, and since when; and what nobody can see at the moment. The biggest thing on the page. */
export const burning: Section = {
  id: "burning",
  title: "What burns",
  place: "wide",
  draw: (view) => {
    const fires = firesOf(view);
    const blind = blindSpots(view);
    const unseen = unseenOf(view);
    const [look, headline] =
      fires.length > 0
        ? [
            "fire",
            `<span aria-hidden="true">■</span> ${fires.length === 1 ? "1 thing burns" : `${fires.length} things burn`}`,
          ]
        : blind.length > 0 || unseen > 0
          ? ["blind", `<span aria-hidden="true">◇</span> Not known`]
          : ["calm", `<span aria-hidden="true">●</span> All well`];
    return [
      `<div class="panel ${look}">`,
      `<p class="headline">${headline}</p>`,
      `<p class="summary"><strong>${summary(view, unseen)}</strong></p>`,
      // Names alone: figures and ages change too often to be read out.
      `<p class="unseen" role="status">${spoken(fires, blind.length > 0)}</p>`,
      ...blind.map((said) => `<p class="blindness"><span aria-hidden="true">◇</span> ${said}</p>`),
      ...(fires.length === 0 ? [] : ['<ul class="fires">', ...fires.slice(0, mostFires).map(item), "</ul>"]),
      ...(fires.length > mostFires ? [`<p class="summary">and ${fires.length - mostFires} more</p>`] : []),
      "</div>",
    ];
  },
};

const kindWords: Readonly<Record<Fire["kind"], string>> = {
  gateway: "gateway",
  site: "site",
  link: "link",
  service: "service",
  desks: "desks",
  job: "job",
};

function item({ kind, name, state, about, since, isOld }: Fire): string {
  const stands = isOld ? `was ${state} when last looked at` : state;
  const when = since === undefined ? "" : `<span class="when">since ${moment(since)} <b>${ageSince(since)}</b></span>`;
  return `<li${isOld ? ' class="is-old"' : ""}><span class="what"><span class="kind">${kindWords[kind]}</span> <b class="name">${escapeHtml(name)}</b> ${stands}</span> ${when} <span class="about">${escapeHtml(about)}</span></li>`;
}

function spoken(fires: readonly Fire[], isBlind: boolean): string {
  const named = fires.slice(0, 5).map(({ kind, name }) => `${kindWords[kind]} ${escapeHtml(name)}`);
  const more = fires.length > 5 ? ` and ${fires.length - 5} more` : "";
  const burns = fires.length === 0 ? "Nothing is known to burn." : `Burning: ${named.join(", ")}${more}.`;
  return isBlind ? `${burns} Some of what is shown is old.` : burns;
}

/** How much of each kind is down; of desks also what is too little to burn. */
function summary(view: View, unseen: number): string {
  const { fleet } = view;
  const downOf = (kind: "gateway" | "site" | "link" | "service"): number =>
    fleet[kind].filter(({ id }) => view.standing(kind, id).state === "down").length;
  const desks = view.desks.reduce((sum, { down }) => sum + down, 0);
  const parts = [
    ...(["gateway", "site", "link", "service"] as const).map((kind) => [downOf(kind), kind] as const),
    [desks, "desk"] as const,
  ].flatMap(([down, thing]) => (down === 0 ? [] : [`${count(down, thing)} down`]));
  const unprobed = tally(view, "unprobed");
  const unknown = [
    ...(unseen === 0 ? [] : [`${unseen.toLocaleString("en")} not seen yet`]),
    ...(unprobed === 0 ? [] : [`${unprobed.toLocaleString("en")} not probed`]),
  ];
  if (parts.length === 0 && unknown.length === 0) return "All gateways, sites, links, services and desks are up.";
  if (parts.length === 0) return `Nothing is known to be down; ${unknown.join(", ")}.`;
  return `${[...parts, ...unknown].join(", ")}.`;
}

function unseenOf(view: View): number {
  return tally(view, "unseen");
}

/** Things in a state; of hosts, their desks. */
function tally(view: View, state: "unseen" | "unprobed"): number {
  const kinds = targetKinds.filter((kind) => kind !== "host");
  const targets = kinds.flatMap((kind) => view.fleet[kind].filter(({ id }) => view.standing(kind, id).state === state));
  return targets.length + view.desks.reduce((sum, desk) => sum + desk[state], 0);
}

const things: Readonly<Record<Vigil["kind"], string>> = {
  link: "links",
  site: "sites",
  host: "desks",
  service: "services",
  gateway: "gateways",
};

/** What cannot be relied on, in words. */
function blindSpots({ vigils, cut }: View): readonly string[] {
  const late = Map.groupBy(
    vigils.filter(({ state }) => state === "late" || state === "never"),
    ({ vantage, state }) => `${vantage} ${state}`,
  );
  return [
    ...cut.map(
      (vantage) => `The own line of the vantage point ${vantage} is cut: what it watches keeps its last state.`,
    ),
    ...[...late.values()].map((group) => {
      const [first] = group;
      const names = group.map(({ kind }) => things[kind]).join(", ");
      const why = first?.probers === 0 ? `; no prober reports from ${first.vantage}` : ` from ${first?.vantage}`;
      if (first?.state === "never") return `No ${names} have been probed yet${why}.`;
      const oldest = Math.min(...group.map(({ lastRun }) => lastRun));
      return `Old: ${names} were last probed ${ageSince(oldest)} ago${why}.`;
    }),
  ];
}
