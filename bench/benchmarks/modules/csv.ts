// Uploads of CSV over HTTP: a file of 1 GB, a file that is one line of 100 MB, and a client that hangs up at 60 % of its file.
import type pg from 'pg';
import { round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { withClient } from '../../support/database.js';
import { atMost, benchmark } from '../../support/frame.js';
import { byTenth } from '../../support/memory.js';
import { forkServer } from '../../support/programs/forked.js';
import { csvFile, type CsvFile } from '../../contestants/lists/csv-file.js';
import { hangUp, upload } from '../../contestants/lists/uploads.js';

const MB = 2 ** 20;
const LINE_MB = 100;
const HUNG_UP_AT = 0.6;

interface World {
  readonly host: string;
  readonly client: pg.Client;
}

/** Megabytes, since it was last asked. */
const memoryOf = async ({ host }: World): Promise<readonly number[]> =>
  (await (await fetch(`${host}/memory`)).json()) as number[];

async function measureFile(world: World, file: CsvFile) {
  await memoryOf(world);
  const since = performance.now();
  const { status, body } = await upload(world.host, file.parts());
  const seconds = (performance.now() - since) / 1_000;
  if (status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`);
  const rss = await memoryOf(world);
  const { rows } = await world.client.query<{ fetched: number; inserted: number; stored: number }>(
    `SELECT fetched::int, inserted::int, (SELECT count(*)::int FROM punctual.batch_list_members) AS stored
     FROM punctual.batch_lists WHERE id = $1`,
    [body.id],
  );
  const { fetched, inserted, stored } = rows[0]!;
  if (fetched !== file.rows || inserted !== file.distinct || stored !== file.distinct)
    throw new Error(`${fetched} read, ${inserted} inserted, ${stored} stored of ${file.rows} (${file.distinct})`);
  return { seconds, rss };
}

/** One line of 100 MB. */
function* longLine(): Generator<Buffer> {
  yield Buffer.from('email\n');
  for (let part = 0; part < LINE_MB * 16; part += 1) yield Buffer.alloc(MB / 16, 'x');
}

async function measureLine(world: World) {
  const before = Math.max(...(await memoryOf(world)));
  const { status, sent } = await upload(world.host, longLine());
  if (status !== 400) throw new Error(`a line of ${LINE_MB} MB was not refused: ${status}`);
  return { sent_mb: round(sent / MB, 2), grown_mb: round(Math.max(before, ...(await memoryOf(world))) - before) };
}

/** Hangs up, and waits until nothing is left of the file. */
async function measureHangUp(world: World, file: CsvFile) {
  const rowsOf = async (): Promise<number> =>
    (
      await world.client.query<{ n: number }>(
        `SELECT ((SELECT count(*) FROM punctual.batch_list_members) + (SELECT count(*) FROM punctual.batch_lists))::int AS n`,
      )
    ).rows[0]!.n;
  await hangUp(world.host, file.parts(file.bytes * HUNG_UP_AT), file.bytes);
  const most = await rowsOf();
  if (most < file.rows * HUNG_UP_AT * 0.5) throw new Error(`only ${most} rows were stored before the client hung up`);
  const since = performance.now();
  while ((await rowsOf()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  return { stored_before: most, gone_after_s: round((performance.now() - since) / 1_000, 1) };
}

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('csv', async (fresh) => {
    const settings = quick ? { megabytes: 50, broken_megabytes: 20 } : { megabytes: 1_024, broken_megabytes: 200 };
    const databaseUrl = await fresh();
    const host = await forkServer('contestants/lists/host.ts', { databaseUrl });
    try {
      return await withClient(databaseUrl, async (client) => {
        const world = { host: host.url, client };
        const file = csvFile(settings.megabytes);
        const { seconds, rss } = await measureFile(world, file);
        await client.query('TRUNCATE punctual.batch_lists, punctual.batch_list_members');
        const line = await measureLine(world);
        const broken = await measureHangUp(world, csvFile(settings.broken_megabytes));
        const tenths = byTenth(rss);
        const rate = { mb_per_s: round(file.bytes / MB / seconds, 1), rows_per_s: round(file.rows / seconds) };
        return {
          settings: { ...settings, rows: file.rows },
          figures: { ...rate, seconds: round(seconds, 1), rss_mb_by_tenth: tenths, line, broken },
          shown: [
            ['what', 'measured'],
            [
              ['MB a second', rate.mb_per_s],
              ['rows a second', rate.rows_per_s],
              ['RSS by tenth of the upload, MB', tenths.join(', ')],
              ['rows stored when the client hung up', broken.stored_before],
              ['seconds until nothing is left of them', broken.gone_after_s],
            ],
          ],
          targets: [
            atMost('memory of the upload, last tenth ÷ second tenth', tenths.at(-1)! / tenths[1]!, 1.2, {
              note: `${round(Math.max(...rss))} MB at most`,
            }),
            atMost(`MB sent of a line of ${LINE_MB} MB when it is refused`, line.sent_mb, 10),
            atMost('MB that this line adds to the memory', line.grown_mb, 20),
          ],
        };
      });
    } finally {
      host.stop();
    }
  });
