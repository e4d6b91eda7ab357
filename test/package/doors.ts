// The doors of the package as the compiler sees them: the source files behind `exports` of package.json, and what each exports.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SRC = path.join(ROOT, 'src');

export interface Doors {
  readonly checker: ts.TypeChecker;
  /** What each door exports, by the door's name (`.`, `./express`, …). */
  readonly exportsOf: ReadonlyMap<string, readonly ts.Symbol[]>;
}

/** The source file behind each door. */
function doorFiles(): ReadonlyMap<string, string> {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  return new Map(
    Object.entries(manifest.exports).flatMap(([name, target]) =>
      typeof target === 'string'
        ? []
        : [[name, path.join(ROOT, target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts'))] as const],
    ),
  );
}

export const resolveAlias = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Declared in a source file of ours. */
export const isOurs = (declaration: ts.Declaration | undefined): boolean =>
  declaration !== undefined && path.resolve(declaration.getSourceFile().fileName).startsWith(SRC);

export function openDoors(): Doors {
  const files = doorFiles();
  const program = ts.createProgram([...files.values()], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const exportsOf = (file: string): readonly ts.Symbol[] => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} exports nothing`);
    return checker.getExportsOfModule(module).map((symbol) => resolveAlias(checker, symbol));
  };
  return { checker, exportsOf: new Map([...files].map(([name, file]) => [name, exportsOf(file)])) };
}
