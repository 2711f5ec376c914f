import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Folders of code that is not ours, or not code. */
const notOurs = /(^|\/)(node_modules|dist|\.[^/]+)(\/|$)/;

/** Every use of the process's environment in a tree's sources, as `cli/dev.ts: AWS_REGION`; `*` = the whole of it. */
export function environmentUses(root: string): string[] {
  const files = readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !notOurs.test(name))
    .flatMap((entry) => (entry.isDirectory() ? below(root, entry.name) : [entry.name]))
    .filter((file) => /\.(ts|mts|js|mjs|cjs)$/.test(file) && !file.endsWith('.d.ts'));
  return [...new Set(files.flatMap((file) => usesIn(root, file)))].sort();
}

function below(root: string, folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.map((name) => `${folder}/${name}`).filter((name) => !notOurs.test(name));
}

function usesIn(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  // Parsing is the slow part, and most files do not even mention it.
  if (!/\benv\b/.test(text) || !/\bprocess\b/.test(text)) return [];
  const uses: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isEnvironment(node)) uses.push(`${file}: ${variableOf(node)}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true));
  return uses;
}

/** `process.env`, `process['env']`, `{ env } = process`, or `env` out of `node:process`. */
function isEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
  if (ts.isElementAccessExpression(node)) {
    return (
      ts.isStringLiteral(node.argumentExpression) &&
      node.argumentExpression.text === 'env' &&
      isProcess(node.expression)
    );
  }
  if (ts.isBindingElement(node)) {
    const declaration = node.parent.parent;
    return ts.isVariableDeclaration(declaration) && isProcess(declaration.initializer) && takesEnv(node);
  }
  return ts.isImportSpecifier(node) && takesEnv(node) && /^['"](node:)?process['"]$/.test(moduleOf(node));
}

function isProcess(node: ts.Node | undefined): boolean {
  return node !== undefined && /^((globalThis|global)\.)?process$/.test(node.getText());
}

function takesEnv(node: ts.BindingElement | ts.ImportSpecifier): boolean {
  return (node.propertyName ?? node.name).getText() === 'env';
}

function moduleOf(node: ts.ImportSpecifier): string {
  return node.parent.parent.parent.moduleSpecifier.getText();
}

function variableOf({ parent }: ts.Node): string {
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text;
  if (ts.isElementAccessExpression(parent) && ts.isStringLiteral(parent.argumentExpression)) {
    return parent.argumentExpression.text;
  }
  return '*';
}
