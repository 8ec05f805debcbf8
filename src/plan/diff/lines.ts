import type { LinkPlan, Plan, Risk, SitePlan } from "../types.ts";
import { amount, type Change, change, countText, paired, peopleText } from "./change.ts";

/** Lines that come, go or end elsewhere, and sites that come to stand on one line or one carrier. */
export function lineChanges(before: Plan, after: Plan): readonly Change[] {
  return [
    ...paired(sitesOf(before), sitesOf(after)).flatMap(([id, old, now]) => siteChanges(id, old, now)),
    ...riskChanges(before, after),
  ];
}

function sitesOf(plan: Plan): readonly SitePlan[] {
  return plan.bodies.flatMap((body) => body.sites);
}

function siteChanges(id: string, old: SitePlan | undefined, now: SitePlan | undefined): Change[] {
  if (now === undefined) {
    const people = old?.peopleAtOnce ?? 0;
    return [change(people > 0 ? "lost" : "none", id, people, `site ${id} goes, with its lines: ${atDesks(people)}`)];
  }
  if (old === undefined) return [change("none", id, 0, `site ${id} comes, with ${amount(now.links.length, "line")}`)];
  const untouched = old.links.filter((link) =>
    same(
      link,
      now.links.find((other) => other.id === link.id),
    ),
  );
  return paired(old.links, now.links).flatMap(([link, was, is]) => linkChanges(now, link, was, is, untouched.length));
}

function linkChanges(
  site: SitePlan,
  id: string,
  old: LinkPlan | undefined,
  now: LinkPlan | undefined,
  untouched: number,
): Change[] {
  if (old === undefined) {
    return [
      change(
        "none",
        id,
        0,
        `line ${id} is added (${now?.carrier}, ${countText(now?.mbps ?? 0)} Mb/s): nobody disconnects`,
      ),
    ];
  }
  const people = site.peopleAtOnce;
  const meanwhile = untouched > 0 ? "they go on over the site's other lines" : "they are cut off until it is up again";
  const effect = untouched > 0 || people === 0 ? "none" : "interrupted";
  const who = people === 0 ? "nobody works over it" : `${peopleText(people)} at ${site.id} use the site: ${meanwhile}`;
  if (now === undefined) return [change(effect, id, people, `line ${id} goes; ${who}`)];
  const what = [
    ...(old.instance === now.instance ? [] : [`ends on ${now.instance}, no longer on ${old.instance}`]),
    ...(old.carrier === now.carrier ? [] : [`goes from ${old.carrier} to ${now.carrier}`]),
    ...(old.transit === now.transit ? [] : [`has its tunnel moved from ${old.transit} to ${now.transit}`]),
  ];
  if (what.length > 0) return [change(effect, id, people, `line ${id} ${what.join(", ")}; ${who}`)];
  if (old.mbps === now.mbps) return [];
  return [change("none", id, people, `line ${id} goes from ${countText(old.mbps)} to ${countText(now.mbps)} Mb/s`)];
}

function same(old: LinkPlan, now: LinkPlan | undefined): boolean {
  return now?.instance === old.instance && now.carrier === old.carrier && now.transit === old.transit;
}

function atDesks(people: number): string {
  return people === 0 ? "nobody works over them" : `${peopleText(people)} at once lose the way to their desk`;
}

function riskChanges(before: Plan, after: Plan): Change[] {
  const [old, now] = [lineRisks(before), lineRisks(after)];
  const appeared = now.filter(({ what }) => !old.some((risk) => risk.what === what));
  const gone = old.filter(({ what }) => !now.some((risk) => risk.what === what));
  return [
    ...appeared.map((risk) => change("exposed", risk.what, risk.people, `new risk, ${risk.what}: ${ofRisk(risk)}`)),
    ...gone.map((risk) => change("none", risk.what, risk.people, `risk gone, ${risk.what}: ${ofRisk(risk)}`)),
  ];
}

/** Only lines and carriers: what the gateway and hosts take with them follows from their own changes. */
function lineRisks(plan: Plan): readonly Risk[] {
  return plan.risks.filter(({ kind }) => kind === "line" || kind === "carrier");
}

function ofRisk({ people, why }: Risk): string {
  return `${why}, ${peopleText(people)} at once`;
}
