// What the doors of the package export, and which names their signatures use.
import path from 'node:path';
import ts from 'typescript';
import { isOurs, resolveAlias, ROOT, type Doors } from './doors.js';

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
  /** Names of ours that a signature uses and neither its door nor `.` exports, each with where it is used. */
  readonly missing: readonly string[];
}

/** The main door: what it exports is at hand wherever another one is used. */
const MAIN = '.';

export function publicNames({ checker, exportsOf }: Doors): PublicNames {
  const missing = new Set<string>();
  const look = (owner: ts.Symbol, door: string, known: ReadonlySet<ts.Symbol>) => (node: ts.Node) => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : null;
    const found = name && checker.getSymbolAtLocation(name);
    if (!found) return;
    const symbol = resolveAlias(checker, found);
    const declaration = symbol.declarations?.[0];
    if (!declaration || !isOurs(declaration) || known.has(symbol) || ts.isTypeParameterDeclaration(declaration)) return;
    const file = path.relative(ROOT, declaration.getSourceFile().fileName);
    missing.add(`${door}: ${symbol.name} (${file}), used by ${owner.name}`);
  };
  for (const [door, symbols] of exportsOf) {
    const known = new Set([...symbols, ...(exportsOf.get(MAIN) ?? [])]);
    for (const symbol of symbols) {
      for (const declaration of symbol.declarations ?? []) {
        if (isOurs(declaration)) visible(declaration, look(symbol, door, known));
      }
    }
  }
  const exported = new Set([...exportsOf.values()].flatMap((symbols) => symbols.map(({ name }) => name)));
  return { exported, missing: [...missing].sort() };
}
