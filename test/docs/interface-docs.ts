// The doc comments of the members of an interface, read from its source.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const SOURCE = new URL('../../src/', import.meta.url);

export interface MemberDoc {
  readonly type: string;
  readonly text: string;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(new URL(file, SOURCE), 'utf8'), ts.ScriptTarget.ES2022, true);
}

const textOf = (member: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(member)
    .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? '')
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

function typeOf(member: ts.TypeElement, source: ts.SourceFile): string {
  if (ts.isPropertySignature(member)) return member.type?.getText(source) ?? 'unknown';
  if (!ts.isMethodSignature(member)) return 'unknown';
  const parameters = member.parameters.map((parameter) => parameter.getText(source)).join(', ');
  return `(${parameters}) => ${member.type?.getText(source) ?? 'void'}`;
}

/** By name, for an interface in a file under src. Throws when there is no such interface. */
export function membersOf(file: string, name: string): ReadonlyMap<string, MemberDoc> {
  const source = parse(file);
  const found = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  if (found === undefined) throw new Error(`${file} has no interface ${name}`);
  return new Map(
    (found as ts.InterfaceDeclaration).members.map((member) => {
      const named = member.name as ts.Identifier | ts.StringLiteral;
      return [named.text, { type: typeOf(member, source).replaceAll(/\s+/g, ' '), text: textOf(member) }];
    }),
  );
}
