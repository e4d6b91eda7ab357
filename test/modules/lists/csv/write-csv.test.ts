// Members as CSV: quoted as RFC 4180 says, and nothing that a spreadsheet would run.
import { expect, it } from '@jest/globals';
import { csvLines } from '../../../../src/modules/lists/csv/write-csv.js';

const lineOf = (name: string | null, externalId: string | null = null): string =>
  csvLines([{ id: '1', emailKey: 'a@x.example', externalId, email: 'a@x.example', name, joinedAt: null }]);

it.each([
  ['Ada, "the" countess', '"Ada, ""the"" countess"'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\n=1', `"'\n=1"`],
  ['＝1+1', "'＝1+1"],
  ['=HYPERLINK("http://x.example","a")', `"'=HYPERLINK(""http://x.example"",""a"")"`],
  ['a=1', 'a=1'],
  [null, ''],
])('the name %j', (name, cell) => {
  expect(lineOf(name)).toBe(`1,,a@x.example,${cell},\r\n`);
});

it('every column is defused, and a time is written in UTC', () => {
  expect(lineOf(null, '=7')).toBe("1,'=7,a@x.example,,\r\n");
  const member = { id: '1', emailKey: '=a@x.example', externalId: null, email: '=a@x.example', name: null };
  expect(csvLines([{ ...member, joinedAt: new Date(Date.UTC(2026, 2, 1)) }])).toBe(
    "1,,'=a@x.example,,2026-03-01T00:00:00.000Z\r\n",
  );
});
