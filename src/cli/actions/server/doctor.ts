// What `punctual doctor` does: examines the database, its settings and the services around it. Exits with 1 when a check fails.
import { systemClock } from '../../../base/clock.js';
import { loadConfig, type Config } from '../../../base/config/config.js';
import { isSchedulerError } from '../../../base/errors.js';
import { silentLogger } from '../../../base/logger.js';
import { withSchema } from '../../../db/database.js';
import { endClient } from '../../../db/connect/end-connection.js';
import { newClient } from '../../../db/connect/new-client.js';
import type { AnyCheck, Patient } from '../../doctor/check.js';
import { checks } from '../../doctor/checks/index.js';
import { describeConnectionError } from '../../doctor/connection-error.js';
import { examine, type Result } from '../../doctor/examine.js';
import { EXIT, failure } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { printable } from '../../output/words.js';

interface Options extends CommonOptions {
  readonly fix?: boolean;
  readonly only?: readonly string[];
  readonly maxSnapshotAge: number;
}

const CONNECT_LIMIT_MS = 10_000;

export async function doctor(io: Io, { fix = false, only, maxSnapshotAge }: Options): Promise<number> {
  const chosen = choose(only);
  const { config, wrong } = readConfig(io.env);
  const results: Result[] = [];
  const say = (result: Result): void => {
    results.push(result);
    if (!io.json) linesOf(io, result).forEach(io.out.line);
  };
  if (wrong !== null) say({ name: 'configuration', status: 'fail', message: wrong });
  const { url } = config.database;
  const client = newClient({ connectionString: url ?? '', connectionTimeoutMillis: CONNECT_LIMIT_MS });
  client.on('error', () => {}); // the next query reports it
  try {
    const refusal = url === null ? NO_URL : await client.connect().then(() => null, describeConnectionError);
    if (refusal !== null) say({ name: 'connection', status: 'fail', ...refusal });
    const patient = createPatient(io, config, client, maxSnapshotAge);
    for (const check of refusal === null ? chosen : chosen.filter(withoutDatabase)) {
      say(await examine(check, patient, fix));
    }
  } finally {
    void endClient(client, 1_000);
  }
  const failed = results.filter(({ status }) => status === 'fail').length;
  if (io.json) io.out.json({ ok: failed === 0, checks: results });
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

const MAIL = /^(SMTP_URL|MAIL_|DKIM_|NOTIFICATIONS_)/;

/** Leaves out invalid variables, so that the rest can still be examined. */
function readConfig(env: NodeJS.ProcessEnv): { readonly config: Config; readonly wrong: string | null } {
  try {
    return { config: loadConfig(env, { needed: [] }), wrong: null };
  } catch (error) {
    if (!isSchedulerError(error, 'INVALID_CONFIG')) throw error;
    const named = new Set(error.details.errors?.map(({ path }) => path));
    const rest = Object.entries(env).filter(([name]) => !named.has(name) && !MAIL.test(name));
    return { config: loadConfig(Object.fromEntries(rest), { needed: [] }), wrong: error.message };
  }
}

function choose(only: readonly string[] | undefined): readonly AnyCheck[] {
  const unknown = only?.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    throw failure(
      'WRONG_USAGE',
      `there is no check "${unknown}"; there are ${checks.map(({ name }) => name).join(', ')}`,
    );
  }
  return only === undefined ? checks : checks.filter(({ name }) => only.includes(name));
}

const NO_URL = { message: 'DATABASE_URL is not set', todo: 'set it to the database that the server uses' };

const withoutDatabase = ({ needsDatabase }: AnyCheck): boolean => !needsDatabase;

function createPatient(io: Io, config: Config, client: Patient['client'], snapshotLimitS: number): Patient {
  return {
    env: io.env,
    config,
    clock: systemClock,
    client,
    db: withSchema(client, config.database.schema),
    migrations: async () => ({
      ...(await (await import('./migrate.js')).migrationTarget(config)),
      logger: silentLogger,
    }),
    snapshotLimitS,
  };
}

const MARKS = { ok: ['ok', 'good'], warn: ['warn', 'warn'], fail: ['FAIL', 'bad'], none: ['–', 'dim'] } as const;

function linesOf({ out: { paint } }: Io, { name, status, message, todo, sql = [], fixed }: Result): string[] {
  const [mark, tone] = MARKS[status];
  return [
    `${paint(mark.padEnd(4), tone)}  ${name.padEnd(18)}  ${printable(message)}`,
    ...(fixed === undefined ? [] : [`      ${paint(`fixed: ${fixed}`, 'good')}`]),
    ...(todo === undefined ? [] : [`      → ${printable(todo)}`]),
    ...sql.map((statement) => `        ${statement};`),
  ];
}
