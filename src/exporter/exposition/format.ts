/** How an exposition is written: Prometheus's text (0.0.4), or OpenMetrics 1.0.0. */
export type Format = "text" | "openmetrics";

export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

interface Choice {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1: how much the client wants it. */
  readonly weight: number;
}

/** What a client of this `Accept` header gets: OpenMetrics where it wants that at least as much (RFC 9110, 12.5.1). */
export function formatFor(accept: string | undefined): Format {
  const choices = choicesOf(accept ?? "");
  const openmetrics = choices.find(
    ({ type, parameters }) =>
      type === "application/openmetrics-text" && ["1.0.0", undefined].includes(parameters.get("version")),
  );
  if (openmetrics === undefined || openmetrics.weight === 0) return "text";
  const text = Math.max(0, ...choices.filter(isText).map(({ weight }) => weight));
  return openmetrics.weight >= text ? "openmetrics" : "text";
}

function isText({ type, parameters }: Choice): boolean {
  return type === "text/plain" && ["0.0.4", undefined].includes(parameters.get("version"));
}

/** Whether a client of this `Accept-Encoding` header takes gzip (RFC 9110, 12.5.3). */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const choices = choicesOf(acceptEncoding ?? "");
  const named = (name: string): Choice | undefined => choices.find(({ type }) => type === name);
  return ((named("gzip") ?? named("x-gzip") ?? named("*"))?.weight ?? 0) > 0;
}

/** The members of such a header; a weight that is no number counts as 0, since nobody said that it is wanted. */
function choicesOf(header: string): readonly Choice[] {
  return header
    .split(",")
    .map((member) => {
      const [type = "", ...rest] = member.split(";").map((each) => each.trim().toLowerCase());
      const parameters = new Map(
        rest.map((each) => {
          const [name = "", value = ""] = each.split("=").map((word) => word.trim());
          return [name, value.replaceAll('"', "")] as const;
        }),
      );
      const weight = Number(parameters.get("q") ?? 1);
      return { type, parameters, weight: weight >= 0 && weight <= 1 ? weight : 0 };
    })
    .filter(({ type }) => type !== "");
}
