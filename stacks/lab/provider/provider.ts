import { isDeepStrictEqual } from "node:util";
import type { CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult } from "@pulumi/pulumi/provider/index.js";
import { asDeclared, type Kind } from "../kinds/kind.ts";
import { kinds } from "../kinds/index.ts";
import type { LabSettings } from "../settings.ts";

type Properties = Readonly<Record<string, unknown>>;

/**
 * The lab's Pulumi provider: create, update, read, diff and delete of every kind come from its `observe`, `ensure`
 * and `remove`. `diff` looks at the real thing, so that a preview tells the truth without a refresh; every resource
 * has an output `state`: "as declared", or in words what differs.
 */
export class LabProvider {
  readonly version = "0.1.0";
  readonly #lab: LabSettings;
  constructor(lab: LabSettings) {
    this.#lab = lab;
  }

  check(urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    const failures = kindOf(urn).check(news as never);
    return Promise.resolve({ inputs: news, failures: [...failures] });
  }

  async diff(_id: string, urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const kind = kindOf(urn);
    const changed = Object.keys(news).filter((key) => !isDeepStrictEqual(olds[key], news[key]));
    changed.push(...kind.replaceOn.filter((key) => key in olds && !(key in news)));
    const replaces = kind.replaceOn.filter((key) => changed.includes(key));
    const drifted =
      changed.length === 0 && (olds["state"] !== asDeclared || !isEmpty(await kind.observe(news as never, this.#lab)));
    return { changes: changed.length > 0 || drifted, replaces: [...replaces], stables: [], deleteBeforeReplace: true };
  }

  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    return { id: kindOf(urn).identity(inputs as never), outs: await this.#ensure(urn, inputs) };
  }

  async update(_id: string, urn: string, _olds: Properties, news: Properties): Promise<UpdateResult> {
    return { outs: await this.#ensure(urn, news) };
  }

  async read(id: string, urn: string, props: Properties): Promise<ReadResult> {
    const found = await kindOf(urn).observe(props as never, this.#lab);
    if (found === "absent") return {};
    return { id, props: { ...props, state: found.length === 0 ? asDeclared : found.join("; ") } };
  }

  async delete(_id: string, urn: string, props: Properties): Promise<void> {
    await kindOf(urn).remove(props as never, this.#lab);
  }

  async #ensure(urn: string, wanted: Properties): Promise<Properties> {
    const kind = kindOf(urn);
    const further = await kind.ensure(wanted as never, this.#lab);
    const found = await kind.observe(wanted as never, this.#lab);
    if (!isEmpty(found))
      throw new Error(`made, but not as declared: ${found === "absent" ? "it is not there" : found.join("; ")}`);
    return { ...wanted, ...further, state: asDeclared };
  }
}

function isEmpty(found: "absent" | readonly string[]): boolean {
  return found !== "absent" && found.length === 0;
}

function kindOf(urn: string): Kind<never> {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const name = type.split(":").at(-1) ?? "";
  const kind = (kinds as Record<string, unknown>)[name];
  if (kind === undefined) throw new Error(`the lab makes no "${name}"; it makes: ${Object.keys(kinds).join(", ")}`);
  return kind as Kind<never>;
}
