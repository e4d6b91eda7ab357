// `npm run demo`: the whole thing on one machine, with nothing but Node. `-- --once` ends after one run, with 1 if anything went wrong.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Stats } from '../subscription-worker/ledger.js';
import type { JobView, RunView } from './admin-api.js';
import { importList, problemsOfList, showList } from './scenes/batch-list.js';
import { chargeDirections, chargePages, problemsOfCharges, showCharges } from './scenes/charges.js';
import { createCleanup } from './cleanup.js';
import { problemsOfDigest, sendDigest, showDigest } from './scenes/digests.js';
import { writeHistory } from './history.js';
import { loadWorld, type LoadedSubscriber } from './load.js';
import { lookUpAll, problemsOfLookUps } from './scenes/look-ups.js';
import { problemsOfMails, sendMails, showMails } from './scenes/mails.js';
import { cleanUp, problemsOfUpkeep, showUpkeep } from './scenes/upkeep.js';
import { bold, dim, number, print, red, step } from './print.js';
import { problemsOf, runAll } from './run.js';
import { setStage, unlessBroken, type Stage } from './stage.js';
import { showDashboard, showDirections, showLookUps, showNext, showRun } from './summary.js';
import { createWorld, dueAt, type World } from './world.js';

const DAY_MS = 86_400_000;

async function load(stage: Stage): Promise<{ world: World; loaded: readonly LoadedSubscriber[] }> {
  const world = createWorld(new Date(Date.now() - DAY_MS));
  const loaded = await loadWorld(stage.databaseUrl, world);
  const zones = new Set(loaded.map(({ timezone }) => timezone)).size;
  const leftOut = world.withoutZone + Object.values(world.unknownZones).reduce((sum, count) => sum + count, 0);
  step(
    `${number(loaded.length)} subscriptions`,
    `one a city, in ${zones} time zones; ${leftOut} cities without a known zone left out`,
  );
  const past = await writeHistory(stage.databaseUrl, loaded, new Date());
  step(`${number(past)} occurrences of the past`, 'two weeks, written for the charts of the dashboard');
  return { world, loaded };
}

interface Performance {
  /** What is wrong. */
  readonly problems: readonly string[];
  readonly run: RunView;
  readonly lookUps: readonly JobView[];
  readonly loaded: readonly LoadedSubscriber[];
  /** What to do about a charge that was declined. */
  readonly charges: readonly [what: string, line: string][];
}

/** The whole show. */
async function perform(stage: Stage, signal: AbortSignal): Promise<Performance> {
  const { admin, workerUrl } = stage;
  // The clock waits, so that the run that is triggered below finds everything still due.
  await admin.send('PATCH', '/processes/subscriptions', { paused_until: new Date(Date.now() + DAY_MS).toISOString() });
  const { world, loaded } = await load(stage);
  const least = dueAt(world, new Date());
  print(
    `\nNothing ran for a day: ${bold(number(least))} of them are due now. ${dim('POST /admin/process-subscriptions')}`,
  );
  const run = await runAll(admin, least, signal);
  const now = new Date();
  const worker = (await (await fetch(`${workerUrl}/stats`)).json()) as Stats;
  await admin.send('PATCH', '/processes/subscriptions', { paused_until: null });

  const problems = problemsOf({ run, due: [least, dueAt(world, now)], worker });
  showRun(run, problems);
  await showNext(admin, loaded);

  const lookUps = await lookUpAll(stage, signal);
  const unexpected = problemsOfLookUps(lookUps);
  showLookUps(lookUps, unexpected);
  const imported = await importList(stage, signal);
  const wrong = problemsOfList(imported);
  showList(imported, wrong);
  const mails = await sendMails(stage, signal);
  const lost = problemsOfMails(mails);
  showMails(mails, lost);
  const charged = await chargePages(stage, signal);
  const uneven = problemsOfCharges(charged);
  showCharges(charged, uneven);
  const digest = await sendDigest(stage, signal);
  const amiss = problemsOfDigest(digest);
  showDigest(digest, amiss);
  const cleaned = await cleanUp(stage, signal);
  const untidy = problemsOfUpkeep(cleaned);
  showUpkeep(cleaned, untidy);
  return {
    problems: [...problems, ...unexpected, ...wrong, ...lost, ...uneven, ...amiss, ...untidy],
    run,
    lookUps,
    loaded,
    charges: chargeDirections(stage, charged),
  };
}

/** Says where to look, and waits for Ctrl-C, or until something ends that should not. */
async function stayUp(
  stage: Stage,
  { run, lookUps, loaded, charges }: Performance,
  logs: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { admin, workerUrl, providerKey, broken } = stage;
  const example = loaded.find(({ city }) => city === 'Nairobi') ?? loaded.at(0);
  const { code } = await admin.send<{ code: string }>('POST', '/ui/login-codes', {});
  showDashboard(`${admin.url}/admin#login=${code}`, admin.token);
  if (example) showDirections({ admin, run, lookUps, workerUrl, providerKey, logs, example, charges });
  print(`\nThe server stays up and the clock runs. ${bold('Ctrl-C')} stops everything.`);
  const interrupted = new Promise<null>((resolve) =>
    signal.addEventListener('abort', () => resolve(null), { once: true }),
  );
  const ended = await Promise.race([broken, interrupted]);
  return ended === null ? [] : [ended];
}

/** npm and tsx hand on the Ctrl-C that the terminal has sent already: what comes within a second is the same one. */
const SAME_MS = 1_000;

function listenForInterrupts(): AbortSignal {
  const interrupt = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (!interrupt.signal.aborted) {
      first = performance.now();
      interrupt.abort(new Error('interrupted'));
    } else if (performance.now() - first > SAME_MS) {
      // Whatever is left ends with this process.
      process.exit(130);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return interrupt.signal;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const signal = listenForInterrupts();
  const cleanup = createCleanup((name) => print(dim(`  stopping: ${name}`)));
  const problems: string[] = [];
  const logs = await mkdtemp(path.join(tmpdir(), 'punctual-demo-logs-'));
  print(`${bold('Punctual')} ${dim('what must happen, for whom, at which moment of their local day, and did it?')}\n`);
  try {
    const stage = await setStage({ logs, cleanup, signal });
    const performance = await unlessBroken(stage.broken, (ends) => perform(stage, ends), signal);
    problems.push(...performance.problems);
    if (!values.once) problems.push(...(await stayUp(stage, performance, logs, signal)));
  } catch (error) {
    if (!signal.aborted || values.once) problems.push(error instanceof Error ? error.message : String(error));
  }
  print();
  problems.push(...(await cleanup.run()));
  for (const problem of problems) print(red(`✗ ${problem}`));
  if (problems.length > 0) print(dim(`  the logs are kept: ${logs}`));
  else await rm(logs, { recursive: true, force: true });
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main();
