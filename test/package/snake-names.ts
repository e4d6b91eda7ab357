// Properties in snake_case that a host can reach from what the doors export: through return values, parameters and callbacks.
import ts from 'typescript';
import { isOurs, type Doors } from './doors.js';

const SNAKE = /^[a-z][a-z0-9]*_[a-z0-9_]+$/;
const PRIMITIVE = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike;
const DECLARES_TYPE = ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class;

export interface SnakeNames {
  /** `Owner.path.of_the_property`, where it was found first. */
  readonly found: readonly string[];
  /** How many properties were looked at. */
  readonly looked: number;
}

/** `bodies`: names of types and functions that describe a body of the HTTP API, which is in snake_case. */
export function snakeNames({ checker, exportsOf }: Doors, bodies: readonly string[]): SnakeNames {
  const seen = new Set<ts.Type>();
  const found: string[] = [];
  let looked = 0;

  const partsOf = (type: ts.Type): readonly ts.Type[] => {
    const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()];
    return [
      ...(type.isUnionOrIntersection() ? type.types : []),
      ...(type.aliasTypeArguments ?? []),
      ...(type.flags & ts.TypeFlags.Object ? checker.getTypeArguments(type as ts.TypeReference) : []),
      ...checker.getIndexInfosOfType(type).map((info) => info.type),
      ...signatures.map((signature) => signature.getReturnType()),
      ...signatures.flatMap((signature) => signature.getParameters().flatMap((one) => typeOf(one) ?? [])),
    ];
  };
  const typeOf = (symbol: ts.Symbol): ts.Type | undefined => {
    const [declaration] = symbol.declarations ?? [];
    return declaration && checker.getTypeOfSymbolAtLocation(symbol, declaration);
  };

  const walk = (type: ts.Type, place: string): void => {
    if (seen.has(type) || bodies.includes(type.symbol?.name) || bodies.includes(type.aliasSymbol?.name ?? '')) return;
    seen.add(type);
    for (const part of partsOf(type)) walk(part, place);
    if (type.flags & PRIMITIVE) return;
    for (const property of type.getProperties()) {
      if (!isOurs(property.declarations?.[0])) continue;
      const at = `${place}.${property.name}`;
      looked += 1;
      if (SNAKE.test(property.name)) found.push(at);
      const inner = typeOf(property);
      if (inner) walk(inner, at);
    }
  };

  for (const symbol of new Set([...exportsOf.values()].flat())) {
    if (!isOurs(symbol.declarations?.[0]) || bodies.includes(symbol.name)) continue;
    if (symbol.flags & DECLARES_TYPE) walk(checker.getDeclaredTypeOfSymbol(symbol), symbol.name);
    const value = symbol.flags & ts.SymbolFlags.Value ? typeOf(symbol) : undefined;
    if (value) walk(value, symbol.name);
  }
  return { found: found.sort(), looked };
}
