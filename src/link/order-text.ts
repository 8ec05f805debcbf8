import { wrap } from "../plan/text/table.ts";
import { type Measure, type Order, percent, type Tunnel, type Width } from "./order.ts";

/** The order as it is sent to carriers. */
export function orderText(order: Order): string {
  const { site, siteName, bodyName, line, critical, width, quality, apart, tunnel, measure } = order;
  const named = siteName === site.split("/").at(-1) ? site : `${siteName} (${site})`;
  return [
    line === undefined ? `A new line for site ${site}` : `Line ${line} of site ${site}`,
    "",
    `Where       ${named}, ${bodyName}; its address goes with the order`,
    `Width       ${number(width.mbps)} Mb/s each way`,
    ...widthLines(order.stage, width),
    ...(critical ? ["Urgency     critical: the Crisis Unit hangs on this site's lines; mended at any hour"] : []),
    "",
    "What it must hold",
    ...quality.flatMap(({ what, asked, why }) => [
      `  ${what.padEnd(13)} ${asked}`,
      ...wrap(`because ${why}`, 100).map((part) => `  ${"".padEnd(13)} ${part}`),
    ]),
    "",
    "Apart from the site's other lines",
    ...apartLines(apart),
    "",
    "The tunnel over it, for whoever sets up the router at the site",
    ...tunnelLines(tunnel),
    "",
    "For the contract",
    ...contract(measure).map((part) => `  ${part}`),
  ].join("\n");
}

function contract({ misses, hits, intervalMs }: Measure): readonly string[] {
  return wrap(
    "Availability is the part of the seconds of a calendar month that were measured in which the line was up. It is " +
      `down once ${misses} probes in a row through the tunnel, ${intervalMs} ms apart, stayed unanswered, and up once ` +
      `${hits} in a row came back. Work that was agreed with us beforehand does not count as down. With each fault we ` +
      "send what we measured.",
    110,
  );
}

function widthLines(stage: string, { people, mbpsPerPerson, source, demandMbps, share, pools, tooWideFor }: Width) {
  if (people === 0) {
    return ["            no desks stand here at this stage, so the plan asks for no more than the smallest line"];
  }
  return [
    ...wrap(
      `${number(people)} people at once at stage ${stage}, ${mbpsPerPerson} Mb/s each (${source}): ` +
        `${number(demandMbps)} Mb/s, at most ${percent(share)} of the line, up to the next usual size; ` +
        "traffic takes one line at a time, so each must bear all of it alone (N-1)",
      100,
    ).map((part) => `            ${part}`),
    ...pools.map(
      ({ id, desks, concurrency }) => `            ${id}: ${number(desks)} desks, ${percent(concurrency)} at once`,
    ),
    ...(tooWideFor === undefined
      ? []
      : [`            NOTE: one tunnel carries ${number(tooWideFor)} Mb/s: spread the site's people over more sites`]),
  ];
}

function apartLines({ carriers, lines }: Order["apart"]): readonly string[] {
  if (lines.length === 0)
    return ["  none yet: it will be the site's only line; a second one, of another carrier, must follow"];
  return [
    ...lines.map(({ id, carrier, mbps }) => `  ${id}: ${carrier}, ${number(mbps)} Mb/s`),
    ...wrap(
      `Not of ${carriers.join(" or ")}, nor over what is rented from them: another duct to the building, another entry, ` +
        "another exchange, power of its own. Please name the way that it takes, and whom you rent parts of it from.",
      110,
    ).map((part) => `  ${part}`),
  ];
}

function tunnelLines({ protocol, instances, siteAsn, algorithms }: Tunnel): readonly string[] {
  return [
    `  protocol      ${protocol === "ikev2" ? "IKEv2 and IPsec: UDP 500 and 4500, ESP; the site's side begins" : protocol}`,
    ...instances.map(
      ({ id, asn, home }) =>
        `  to            ${id}${asn === undefined ? "" : `, AS ${asn}`}${home ? ", where this line is at home" : ""}`,
    ),
    `  site's end    a fixed public address; AS ${siteAsn}, BGP through the tunnel`,
    ...(algorithms === undefined ? [] : [`  algorithms    ${algorithms.ike}; ${algorithms.ipsec}`]),
    "  Our addresses and our AS number are told when the line is there (deskbridge status), keys from hand to hand.",
  ];
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}
