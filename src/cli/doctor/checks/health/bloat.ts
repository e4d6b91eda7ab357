// Dead rows that vacuum has not removed.
import { readTableHealth, type TableHealth } from '../../../../db/doctor/snapshots.js';
import { readAdoptedTables } from '../../../../db/subscriptions/subscription-set.js';
import { quoteTable } from '../../../../db/names.js';
import { number } from '../../../output/words.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

/** Below this number it does not matter; above it, their share counts. */
const MANY = 100_000;
const SHARE = 0.5;

const isBloated = ({ live, dead }: TableHealth): boolean => dead > MANY && dead > live * SHARE;

function decideBloat(tables: readonly TableHealth[]): Finding {
  const off = tables.filter(({ autovacuum }) => !autovacuum);
  if (off.length > 0) {
    return {
      status: 'fail',
      message: `autovacuum is off for ${off.map(({ name }) => name).join(', ')}`,
      todo: 'enable it in postgresql.conf, or for the tables:',
      sql: off.map(({ name }) => `ALTER TABLE ${name} RESET (autovacuum_enabled)`),
    };
  }
  const bloated = tables.filter(isBloated);
  if (bloated.length === 0) return ok('vacuum keeps up with dead rows');
  return {
    status: 'warn',
    message: bloated
      .map(({ name, live, dead }) => `${name} has ${number(dead)} dead rows and ${number(live)} live ones`)
      .join('; '),
    todo: 'look for old snapshots first; then run this, or punctual doctor --fix:',
    sql: bloated.map(({ name }) => `VACUUM (ANALYZE) ${name}`),
  };
}

async function probe({ db }: Patient): Promise<readonly TableHealth[]> {
  const tables = await readAdoptedTables(db).catch(() => null);
  return readTableHealth(db, tables === null ? [] : [quoteTable(tables.entities), quoteTable(tables.processing)]);
}

async function fix({ client }: Patient, tables: readonly TableHealth[]): Promise<string | null> {
  const bloated = tables.filter(isBloated);
  for (const { name } of bloated) await client.query(`VACUUM (ANALYZE) ${name}`);
  return bloated.length === 0 ? null : `vacuumed ${bloated.map(({ name }) => name).join(', ')}`;
}

export const bloat = defineCheck<readonly TableHealth[]>({
  name: 'dead rows',
  needsDatabase: true,
  probe,
  decide: decideBloat,
  fix,
});
