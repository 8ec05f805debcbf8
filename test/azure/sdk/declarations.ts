import ts from "typescript";

/** The declarations of one `.d.ts` text, by name. */
export interface Declarations {
  readonly interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>;
  readonly aliases: ReadonlyMap<string, ts.TypeNode>;
  /** Values of enums, and of constant objects that stand in for enums (`const X: { readonly A: "a" }`). */
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

/** Reads declarations from the text of a `.d.ts`; those inside a namespace stand beside the others. */
export function readDeclarations(text: string): Declarations {
  const source = ts.createSourceFile("models.d.ts", text, {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
  const interfaces = new Map<string, ts.InterfaceDeclaration>();
  const aliases = new Map<string, ts.TypeNode>();
  const enums = new Map<string, readonly string[]>();
  const read = (statement: ts.Statement): void => {
    if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, statement);
    else if (ts.isTypeAliasDeclaration(statement)) aliases.set(statement.name.text, statement.type);
    else if (ts.isEnumDeclaration(statement)) enums.set(statement.name.text, enumValues(statement));
    else if (ts.isVariableStatement(statement)) readConstants(statement, enums);
    else if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body)) {
      for (const inner of statement.body.statements) read(inner);
    }
  };
  for (const statement of source.statements) read(statement);
  return { interfaces, aliases, enums };
}

function enumValues(declaration: ts.EnumDeclaration): readonly string[] {
  return declaration.members.flatMap((member) =>
    member.initializer !== undefined && ts.isStringLiteral(member.initializer) ? [member.initializer.text] : [],
  );
}

function readConstants(statement: ts.VariableStatement, enums: Map<string, readonly string[]>): void {
  for (const { name, type } of statement.declarationList.declarations) {
    if (!ts.isIdentifier(name) || type === undefined || !ts.isTypeLiteralNode(type)) continue;
    const values = type.members.flatMap((member) =>
      ts.isPropertySignature(member) && member.type !== undefined ? literalText(member.type) : [],
    );
    if (values.length > 0) enums.set(name.text, values);
  }
}

/** The text of a literal type, in a list; empty for other types. */
export function literalText(type: ts.TypeNode): readonly string[] {
  return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [];
}

/** Properties of an interface and of what it extends. */
export function interfaceProperties(
  declarations: Declarations,
  name: string,
): ReadonlyMap<string, ts.PropertySignature> {
  const properties = new Map<string, ts.PropertySignature>();
  const collect = (of: string): void => {
    const declaration = declarations.interfaces.get(of);
    for (const { types } of declaration?.heritageClauses ?? []) {
      for (const { expression } of types) if (ts.isIdentifier(expression)) collect(expression.text);
    }
    for (const member of declaration?.members ?? []) {
      if (ts.isPropertySignature(member)) properties.set(nameOf(member), member);
    }
  };
  collect(name);
  return properties;
}

/** Whether a property is declared `readonly`: only the service writes it. */
export function isReadOnly(property: ts.PropertySignature | undefined): boolean {
  return property?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) === true;
}

function nameOf(member: ts.PropertySignature): string {
  return ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : "";
}

/**
 * The values that a type of an SDK package allows, through aliases, lists and unions; undefined where any text goes.
 * A type `Kind = string` with an enum `KnownKind` beside it allows that enum's values.
 */
export function allowedValues(
  declarations: Declarations,
  type: ts.TypeNode | undefined,
): readonly string[] | undefined {
  if (type === undefined) return undefined;
  if (ts.isArrayTypeNode(type)) return allowedValues(declarations, type.elementType);
  if (ts.isUnionTypeNode(type)) {
    const texts = type.types.flatMap(literalText);
    return texts.length > 0 ? texts : allowedValues(declarations, type.types[0]);
  }
  if (ts.isLiteralTypeNode(type)) return literalText(type);
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return undefined;
  const name = type.typeName.text;
  const known = declarations.enums.get(`Known${name}`) ?? declarations.enums.get(name);
  return known ?? allowedValues(declarations, declarations.aliases.get(name));
}
