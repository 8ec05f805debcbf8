import { type Declared as Analyzed, secret, violations } from "../../policy/analyzer.ts";
import { rules } from "../../../stacks/policy/rules.ts";
import type { Declared, Recording } from "../mocks.ts";

/** What the policy pack has to say, mandatory or advisory, to a slice as the engine would show it. */
export async function policyProblems({ resources }: Recording): Promise<readonly string[]> {
  const found = await violations(rules, resources.map(analyzed));
  return found.map(({ rule, message }) => `${rule}: ${message}`);
}

function analyzed({ type, name, inputs, secrets, protect, timeouts, subscription }: Declared): Analyzed {
  return {
    type,
    name,
    props: wrapped(inputs, "", new Set(secrets)) as Analyzed["props"],
    protect,
    timeouts: { create: hours(timeouts.create), update: hours(timeouts.update), delete: hours(timeouts.delete) },
    ...(subscription === undefined ? {} : { subscription }),
  };
}

/** Plain values with their secrets marked again, as they go over the wire. */
function wrapped(value: unknown, path: string, secrets: ReadonlySet<string>): unknown {
  const inner = inside(value, path, secrets);
  return secrets.has(path) ? secret(inner) : inner;
}

function inside(value: unknown, path: string, secrets: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each, index) => wrapped(each, `${path}[${index}]`, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, wrapped(each, path === "" ? key : `${path}.${key}`, secrets)]),
  );
}

/** `2h`; 0 where it is not given. */
function hours(timeout: string): number {
  return Number(/^(\d+)h$/.exec(timeout)?.[1] ?? 0);
}
