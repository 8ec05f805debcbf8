import type { Standing } from "../window.ts";

/** What a test of a line does to its site. */
export type Way =
  /** People are moved to the other lines, the line is measured, then it is taken away and given back. */
  | { readonly kind: "whole"; readonly others: readonly string[] }
  /** Measured as it stands: nothing is taken away. */
  | { readonly kind: "measured only"; readonly why: string };

export type MayTest =
  | { readonly kind: "may"; readonly way: Way }
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

/** Whether a line may be tested now, and how. `failover`: whether it is wanted. */
export function mayTest(link: string, standing: Omit<Standing, "windows">, failover: boolean): MayTest {
  const own = standing.lines.find((line) => line.link === link);
  const others = standing.lines.filter((line) => line.link !== link);
  const reasons = [
    ...(own?.up === true ? [] : [`${link} ${own?.up === false ? "is down" : "is not measured"} now: mend it first`]),
    ...others
      .filter(({ up }) => up !== true)
      .map(
        ({ link: other, up }) =>
          `${other} ${up === false ? "is down" : "is not measured"} now: ${standing.site} has no line to spare for a test`,
      ),
  ];
  const { site, people } = standing;
  if (others.length === 0 && people > 0 && failover) {
    reasons.push(
      `${link} is the only line of ${site}, and ${people} people at once work over it: ` +
        "--no-failover measures it without taking it away",
    );
  }
  if (reasons.length > 0) return { kind: "refused", reasons };
  if (others.length === 0) return { kind: "may", way: { kind: "measured only", why: `${site} has no other line` } };
  if (!failover) return { kind: "may", way: { kind: "measured only", why: "not wanted (--no-failover)" } };
  return { kind: "may", way: { kind: "whole", others: others.map((line) => line.link) } };
}
