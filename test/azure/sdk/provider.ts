import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import { interfaceProperties, literalText, readDeclarations, type Declarations } from "./declarations.ts";
import { openValues } from "./packages.ts";
import type { Model, Property, Shape } from "./shape.ts";

/**
 * The inputs of the Pulumi provider, read from the types that it is generated with: a class's `…Args` in
 * `network/virtualNetwork.d.ts`, nested ones in `types/input.d.ts`, allowed values in `types/enums/`.
 */
const root = dirname(createRequire(import.meta.url).resolve("@pulumi/azure-native/package.json"));

/** One of the provider's modules, e.g. `network`, with what was made of it. */
interface Module {
  readonly inputs: Declarations;
  readonly enums: Declarations;
  readonly models: Map<string, Model>;
}
const modules = new Map<string, Module>();
let allInputs: string | undefined;

/** The model of a resource's inputs; `token` is e.g. `azure-native:network:VirtualNetwork`. */
export function providerModel(token: string): Model {
  const [, module = "", type = ""] = token.split(":");
  const file = join(root, module, `${type.charAt(0).toLowerCase()}${type.slice(1)}.d.ts`);
  const declarations = readDeclarations(readFileSync(file, "utf8"));
  return modelOf(declarations, `${type}Args`);
}

function moduleOf(name: string): Module {
  const known = modules.get(name);
  if (known !== undefined) return known;
  const module: Module = {
    inputs: readDeclarations(namespaceText(name)),
    enums: readDeclarations(readFileSync(join(root, "types", "enums", name, "index.d.ts"), "utf8")),
    models: new Map(),
  };
  modules.set(name, module);
  return module;
}

/** The text of one namespace of `types/input.d.ts`: parsing all of its 7 MB would take seconds. */
function namespaceText(name: string): string {
  allInputs ??= readFileSync(join(root, "types", "input.d.ts"), "utf8");
  const start = allInputs.indexOf(`\nexport declare namespace ${name} {`);
  return start === -1 ? "" : allInputs.slice(start, allInputs.indexOf("\n}\n", start) + 3);
}

function modelOf(declarations: Declarations, name: string): Model {
  const model = name.replace(/Args$/, "");
  let properties: ReadonlyMap<string, Property> | undefined;
  const read = () =>
    new Map(
      [...interfaceProperties(declarations, name)].map(([key, signature]): [string, Property] => [
        key,
        {
          name: key,
          shape: `${model}.${key}` in openValues ? opened(shapeOf(signature.type)) : shapeOf(signature.type),
          required: signature.questionToken === undefined,
          readOnly: false,
        },
      ]),
    );
  return { name: model, properties: () => (properties ??= read()) };
}

/** The same without what is allowed: any text, or a list of any texts. */
function opened(shape: Shape): Shape {
  return shape.kind === "list" ? { kind: "list", of: { kind: "text" } } : { kind: "text" };
}

function nestedModel(module: string, name: string): Model {
  const { inputs, models } = moduleOf(module);
  const known = models.get(name) ?? modelOf(inputs, name);
  models.set(name, known);
  return known;
}

function shapeOf(type: ts.TypeNode | undefined): Shape {
  if (type === undefined) return { kind: "any" };
  if (ts.isArrayTypeNode(type)) return { kind: "list", of: shapeOf(type.elementType) };
  if (ts.isUnionTypeNode(type)) return unionOf(type);
  if (ts.isTypeLiteralNode(type)) {
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    return { kind: "dictionary", of: shapeOf(index?.type) };
  }
  if (ts.isLiteralTypeNode(type)) return { kind: "text", allowed: literalText(type) };
  if (type.kind === ts.SyntaxKind.StringKeyword) return { kind: "text" };
  if (type.kind === ts.SyntaxKind.NumberKeyword) return { kind: "number" };
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return { kind: "boolean" };
  return ts.isTypeReferenceNode(type) ? referenceOf(type) : { kind: "any" };
}

/** `pulumi.Input<T>`, `inputs.<module>.XArgs` or `enums.<module>.X`. */
function referenceOf(type: ts.TypeReferenceNode): Shape {
  const [first = "", second = "", third = ""] = nameParts(type.typeName);
  if (first === "pulumi" && second === "Input") return shapeOf(type.typeArguments?.[0]);
  if (first === "inputs") return { kind: "object", model: nestedModel(second, third) };
  if (first === "enums") return { kind: "text", allowed: moduleOf(second).enums.enums.get(third) };
  return { kind: "any" };
}

function nameParts(name: ts.EntityName): readonly string[] {
  return ts.isIdentifier(name) ? [name.text] : [...nameParts(name.left), name.right.text];
}

/** `undefined` falls away; text beside an enum keeps the enum's values; what is left are choices. */
function unionOf(type: ts.UnionTypeNode): Shape {
  const shapes = type.types.filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword).map(shapeOf);
  const texts = shapes.filter((shape) => shape.kind === "text");
  if (texts.length === shapes.length && texts.length > 0) {
    const allowed = texts.flatMap((text) => text.allowed ?? []);
    return { kind: "text", allowed: allowed.length > 0 ? allowed : undefined };
  }
  return shapes.length === 1 ? shapes[0]! : { kind: "choice", of: shapes };
}
