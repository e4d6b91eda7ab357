// What the doors of the package export, and which names their signatures use.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SRC = path.join(ROOT, 'src');

/** The source files behind some of the `exports` of package.json; all of them by default. */
function doors(only?: readonly string[]): string[] {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.entries(manifest.exports).flatMap(([name, target]) =>
    typeof target === 'string' || !(only ?? [name]).includes(name)
      ? []
      : [path.join(ROOT, target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts'))],
  );
}

/** The nodes of a declaration that stand in its .d.ts: bodies and initial values do not. */
function visible(node: ts.Node, visit: (node: ts.Node) => void): void {
  if (ts.isBlock(node)) return;
  visit(node);
  if (ts.isVariableDeclaration(node)) {
    if (node.type) visible(node.type, visit);
    else if (node.initializer) visible(node.initializer, visit);
    return;
  }
  if (ts.isArrowFunction(node)) {
    for (const part of [...(node.typeParameters ?? []), ...node.parameters, node.type]) if (part) visible(part, visit);
    return;
  }
  if (ts.isExpression(node) && !ts.isExpressionWithTypeArguments(node)) return;
  if (ts.isParameter(node) || ts.isPropertyDeclaration(node)) {
    if (node.type) visible(node.type, visit);
    return;
  }
  if (ts.isClassElement(node) && ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) return;
  ts.forEachChild(node, (child) => visible(child, visit));
}

export interface PublicNames {
  readonly exported: ReadonlySet<string>;
  /** Names of ours that a signature uses and no door exports, each with where it is used. */
  readonly missing: readonly string[];
}

/** `checked`: the doors whose signatures are looked at. */
export function publicNames(checked: readonly string[]): PublicNames {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  };
  const files = doors();
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const resolve = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const exported = new Set<ts.Symbol>();
  const owners = new Set<ts.Symbol>();
  const looked = doors(checked);
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} exports nothing`);
    for (const symbol of checker.getExportsOfModule(module).map(resolve)) {
      exported.add(symbol);
      if (looked.includes(file)) owners.add(symbol);
    }
  }
  const missing = new Set<string>();
  const look = (owner: ts.Symbol) => (node: ts.Node) => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : null;
    const found = name && checker.getSymbolAtLocation(name);
    if (!found) return;
    const symbol = resolve(found);
    const declaration = symbol.declarations?.[0];
    const file = declaration?.getSourceFile().fileName ?? '';
    const isOwn = path.resolve(file).startsWith(SRC);
    if (!isOwn || exported.has(symbol) || !declaration || ts.isTypeParameterDeclaration(declaration)) return;
    missing.add(`${symbol.name} (${path.relative(ROOT, file)}), used by ${owner.name}`);
  };
  for (const symbol of owners) {
    for (const declaration of symbol.declarations ?? []) {
      if (path.resolve(declaration.getSourceFile().fileName).startsWith(SRC)) visible(declaration, look(symbol));
    }
  }
  return { exported: new Set([...exported].map(({ name }) => name)), missing: [...missing].sort() };
}
