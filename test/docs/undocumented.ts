import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/**
 * Everything that can be reached from a module's exports and has no doc comment: functions, constants, types, and each
 * property of interfaces and of object types, as `model/job.ts: JobOptions.locks`.
 */
export function undocumentedApi(root: string, entry: string): string[] {
  const program = ts.createProgram([join(root, entry)], compilerOptions(root));
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(root, entry));
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry} exports nothing`);
  const exported = checker.getExportsOfModule(module).map((symbol) => original(checker, symbol));
  const declarations = exported.flatMap((symbol) => symbol.declarations ?? []);
  return declarations.flatMap((declaration) => missingIn(root, declaration)).sort();
}

/** Exported functions of the folders' `.ts` files that have no doc comment, as `engine/stop-run.ts: stopRun`. */
export function undocumentedFunctions(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => sourcesIn(join(root, folder)))
    .flatMap((file) => {
      const source = parse(file);
      return source.statements
        .filter(isExported)
        .flatMap(functionsOf)
        .filter((node) => !isDocumented(node))
        .map((node) => nameOf(root, node));
    });
}

/** Parses a file without types. */
export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.ES2023, true);
}

/** All TypeScript files below a folder, sorted. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => join(folder, name))
    .sort();
}

function compilerOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}

function original(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function missingIn(root: string, declaration: ts.Declaration): string[] {
  const own = isDocumented(declaration) ? [] : [nameOf(root, declaration)];
  const members = membersOf(declaration).filter((member) => !isDocumented(member));
  return [...own, ...members.map((member) => `${nameOf(root, declaration)}.${member.name?.getText() ?? 'call'}`)];
}

function membersOf(declaration: ts.Declaration): readonly ts.TypeElement[] {
  if (ts.isInterfaceDeclaration(declaration)) return declaration.members;
  return ts.isTypeAliasDeclaration(declaration) ? literalMembers(declaration.type) : [];
}

/** The properties of an object type, also where it is one of several. */
function literalMembers(type: ts.TypeNode): readonly ts.TypeElement[] {
  if (ts.isTypeLiteralNode(type)) return type.members;
  if (ts.isParenthesizedTypeNode(type)) return literalMembers(type.type);
  return ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type) ? type.types.flatMap(literalMembers) : [];
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** The functions that a statement declares: by `function`, or as constants. */
function functionsOf(statement: ts.Statement): ts.Declaration[] {
  if (ts.isFunctionDeclaration(statement)) return statement.body ? [statement] : [];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.filter(({ initializer }) => initializer && isFunction(initializer));
}

function isFunction(node: ts.Expression): boolean {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

function isDocumented(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some((doc) => (ts.getTextOfJSDocComment(doc.comment) ?? '').trim() !== '');
}

function nameOf(root: string, node: ts.Declaration): string {
  const name = ts.getNameOfDeclaration(node)?.getText() ?? 'default';
  return `${relative(root, node.getSourceFile().fileName)}: ${name}`;
}
