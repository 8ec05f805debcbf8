import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSerializer, type CompositeMapper, type Mapper, type Serializer } from "@azure/core-client";
import type { TypeNode } from "typescript";
import { allowedValues, interfaceProperties, isReadOnly, readDeclarations, type Declarations } from "./declarations.ts";
import { keyLists, openValues, packages, type Package, type PackageName } from "./packages.ts";
import type { Model, Property, Shape } from "./shape.ts";

/**
 * The models of Microsoft's SDK packages. Their serializers' tables ("mappers") say types, requiredness and what only
 * the service writes; the packages' declarations say the allowed values. Neither the tables nor all declarations are
 * among the packages' exports, so both are taken by file.
 */
export interface Sdk {
  readonly model: (name: string) => Model;
  /** The vendor's own serializer; throws for what it refuses. */
  readonly serialize: (model: string, value: Readonly<Record<string, unknown>>, path: string) => void;
}

type Mappers = Readonly<Record<string, Mapper>> & {
  readonly discriminators?: Readonly<Record<string, CompositeMapper>>;
};

interface Source {
  readonly name: PackageName;
  readonly mappers: Mappers;
  readonly serializer: Serializer;
  readonly declarations: Declarations;
  readonly models: Map<string, Model>;
}

const require = createRequire(import.meta.url);
const loaded = new Map<PackageName, Sdk>();

/** Loads a package's models, once. */
export function sdk(name: PackageName): Sdk {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const folder = modelsFolder(name);
  const mappers = require(join(folder, "mappers.js")) as Mappers;
  const declarations = readDeclarations(readFileSync(join(folder, "index.d.ts"), "utf8"));
  const source: Source = { name, mappers, serializer: createSerializer(mappers), declarations, models: new Map() };
  const made: Sdk = {
    model: (model) => modelOf(source, model),
    serialize: (model, value, path) => {
      source.serializer.serialize(mapperOf(source, model), hasBag(name, model) ? spread(value) : value, path);
    },
  };
  loaded.set(name, made);
  return made;
}

/** A model whose properties the SDK flattens and the provider leaves in a bag `properties`. */
function hasBag(name: PackageName, model: string): boolean {
  const { bags }: Package = packages[name];
  return bags?.includes(model) === true;
}

function spread({ properties, ...others }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...others, ...(properties as object | undefined) };
}

/** Newer packages keep their models in `dist/commonjs/models`, older ones in `dist-esm/src/models`. */
function modelsFolder(name: PackageName): string {
  const root = fileURLToPath(new URL(".", packages[name].manifest()));
  const folders = ["dist/commonjs/models", "dist-esm/src/models"].map((folder) => join(root, folder));
  const folder = folders.find((folder) => existsSync(join(folder, "mappers.js")));
  if (folder === undefined) throw new Error(`${name} has no models/mappers.js in ${folders.join(" or ")}`);
  return folder;
}

function mapperOf({ name, mappers }: Source, model: string): CompositeMapper {
  const mapper = mappers[model];
  if (mapper?.type.name !== "Composite") throw new Error(`${name} has no model ${model}`);
  return mapper as CompositeMapper;
}

function modelOf(source: Source, name: string): Model {
  const known = source.models.get(name);
  if (known !== undefined) return known;
  const mapper = mapperOf(source, name);
  const others = mapper.type.additionalProperties;
  let properties: ReadonlyMap<string, Property> | undefined;
  const model: Model = {
    name,
    properties: () => (properties ??= propertiesOf(source, name, mapper)),
    others: others === undefined ? undefined : shapeOf(source, others, undefined),
    variant: variantOf(source, name, mapper),
  };
  source.models.set(name, model);
  return model;
}

/** The model that a discriminator's value names: "Parent.value" in the table of discriminators. */
function variantOf(source: Source, name: string, mapper: CompositeMapper): Model["variant"] {
  const discriminator = mapper.type.polymorphicDiscriminator;
  if (discriminator === undefined) return undefined;
  const parent = mapper.type.uberParent ?? name;
  return (value) => {
    const found = source.mappers.discriminators?.[`${parent}.${String(value[discriminator.serializedName])}`];
    const className = found?.type.className;
    return modelOf(source, className === undefined || className === name ? name : className);
  };
}

/**
 * Properties by the name that they have in a request, which is what the provider calls them too: the SDK's own name may
 * differ (`active` for `activeActive`). The bag `properties` is flattened alike on both sides, but for `bags`.
 */
function propertiesOf(source: Source, model: string, mapper: CompositeMapper): ReadonlyMap<string, Property> {
  const types = interfaceProperties(source.declarations, model);
  const { renamed = {}, newer = {} }: Package = packages[source.name];
  const properties = new Map<string, Property>();
  const bag = hasBag(source.name, model) ? new Map<string, Property>() : undefined;
  for (const [name, property] of Object.entries(mapper.type.modelProperties ?? {})) {
    const type = types.get(name);
    const wire = property.serializedName ?? name;
    const to = bag !== undefined && wire.startsWith("properties.") ? bag : properties;
    to.set(renamed[`${model}.${name}`] ?? wireName(wire), {
      name,
      shape: propertyShape(source, `${model}.${name}`, property, type?.type),
      required: property.required === true && property.isConstant !== true,
      readOnly: property.readOnly === true || isReadOnly(type),
    });
  }
  if (bag !== undefined) {
    const inner: Model = { name: `${model}Properties`, properties: () => bag };
    properties.set("properties", ofAnyone("properties", { kind: "object", model: inner }));
  }
  for (const key of Object.keys(newer)) {
    const [of, name = ""] = key.split(".");
    if (of !== model) continue;
    if (properties.get(name)?.readOnly === false) throw new Error(`${source.name} has ${key} now: it is not newer`);
    properties.set(name, ofAnyone(name, { kind: "any" }));
  }
  return properties;
}

function propertyShape(source: Source, key: string, mapper: Mapper, type: TypeNode | undefined): Shape {
  if (keyLists.has(key.split(".").at(-1)!)) return { kind: "keys" };
  return shapeOf(source, mapper, key in openValues ? undefined : allowedValues(source.declarations, type));
}

function ofAnyone(name: string, shape: Shape): Property {
  return { name, shape, required: false, readOnly: false };
}

/** `properties.sku` → `sku`; a dot of the name itself is written `\.`. */
function wireName(serialized: string): string {
  return serialized
    .split(/(?<!\\)\./)
    .at(-1)!
    .replaceAll("\\.", ".");
}

function shapeOf(source: Source, mapper: Mapper, allowed: readonly string[] | undefined): Shape {
  const of = typeShapeOf(source, mapper, allowed);
  if (mapper.constraints === undefined) return of;
  return { kind: "limited", of, breach: (value) => breachOf(source.serializer, mapper, value) };
}

/** The vendor's word on a value's length, range or pattern; `serialize` itself does not hold them any more. */
function breachOf(serializer: Serializer, mapper: Mapper, value: unknown): string | undefined {
  try {
    serializer.validateConstraints(mapper, value, "");
    return undefined;
  } catch (error) {
    const [, limit = ""] = /should satisfy the constraint (.*)\.$/.exec((error as Error).message) ?? [];
    return `${JSON.stringify(value)} is outside the limit ${limit}`;
  }
}

function typeShapeOf(source: Source, mapper: Mapper, allowed: readonly string[] | undefined): Shape {
  const { type } = mapper;
  switch (type.name) {
    case "Composite": {
      const { className } = type;
      return className === undefined ? { kind: "any" } : { kind: "object", model: modelOf(source, className) };
    }
    case "Sequence":
      return { kind: "list", of: shapeOf(source, type.element, allowed) };
    case "Dictionary":
      return { kind: "dictionary", of: shapeOf(source, type.value, allowed) };
    case "Enum":
      return enumOf(type.allowedValues);
    case "Number":
      return { kind: "number" };
    case "Boolean":
      return { kind: "boolean" };
    case "Date":
    case "DateTime":
    case "DateTimeRfc1123":
      return { kind: "moment" };
    case "UnixTime":
      return { kind: "seconds" };
    case "ByteArray":
    case "Base64Url":
      return { kind: "bytes" };
    case "String":
    case "TimeSpan":
    case "Uuid":
      return { kind: "text", allowed };
    default:
      return { kind: "any" };
  }
}

function enumOf(allowed: readonly unknown[]): Shape {
  return typeof allowed[0] === "number"
    ? { kind: "number", allowed: allowed as readonly number[] }
    : { kind: "text", allowed: allowed as readonly string[] };
}
