// What needs neither a server nor a database: previews, generators, completion.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCommandLine, type CommandLine } from '../support/command-line.js';

let line: CommandLine;
beforeAll(async () => {
  line = await createCommandLine();
}, 60_000);
afterAll(() => line.close());

describe('punctual preview', () => {
  const ask = async (...args: string[]) => JSON.parse((await line.run(['preview', ...args, '--json'])).stdout);

  it('shows what a change of the clocks does', async () => {
    const args = ['daily 02:30', '--timezone', 'America/New_York', '--after', '2026-03-07T12:00:00Z', '--count', '2'];
    const { occurrences } = await ask(...args);
    expect(occurrences).toEqual([
      { at: '2026-03-08T07:30:00.000Z', local: '2026-03-08T03:30:00', utc_offset: '-04:00', notes: ['gap_shifted'] },
      { at: '2026-03-09T06:30:00.000Z', local: '2026-03-09T02:30:00', utc_offset: '-04:00', notes: [] },
    ]);
    expect((await line.run(['preview', ...args])).stdout).toMatch(/2026-03-08 03:30:00 +-04:00 .* gap_shifted$/m);
  });

  it.each([
    ['weekly on monday at 9:00', { frequency: 'weekly', day_of_week: 1, time: '09:00' }],
    ['monthly 31 08:15', { frequency: 'monthly', day_of_month: 31, time: '08:15' }],
    ['yearly 12-24', { frequency: 'yearly', month: 12, day_of_month: 24 }],
    ['*/15 * * * *', { frequency: 'cron', cron: '*/15 * * * *' }],
    ['{"frequency":"daily","time":"10:00"}', { frequency: 'daily', time: '10:00' }],
  ])('reads %j', async (text, schedule) => {
    expect((await ask(text)).schedule).toEqual(schedule);
  });

  it.each([['sometimes'], ['daily 25:00'], ['{"frequency":"daily"'], ['weekly noday'], ['daily 31']])(
    'refuses %j as wrong usage',
    async (text) => {
      const { code, stderr } = await line.run(['preview', text]);
      expect(code).toBe(2);
      expect(stderr).not.toMatch(/\n {4}at /);
    },
  );
});

describe('punctual new', () => {
  const test = (file: string): Promise<number> =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'] };
      execFile(process.execPath, ['--test', file], { cwd: line.folder, env }, (error) =>
        resolve(error === null ? 0 : 1),
      );
    });
  const edit = async (file: string, from: string, to: string): Promise<void> => {
    const at = path.join(line.folder, file);
    const text = await readFile(at, 'utf8');
    expect(text).toContain(from);
    await writeFile(at, text.replace(from, to));
  };

  it.each([
    ['process', 'monthly-report', 'processes/monthly-report', 'processed_count: 0', 'processed_count: 1'],
    ['job', 'invoice.send', 'jobs/invoice-send', 'done: false', 'done: true'],
    ['module', 'invoices', 'modules/invoices/invoices', '', ''],
  ] as const)('writes a %s whose test fails until it does something', async (kind, name, file, from, to) => {
    const { code, stdout } = await line.run(['new', kind, name]);
    expect(code).toBe(0);
    expect(stdout).toContain(`wrote src/punctual/${file.replace(/invoices\/invoices$/, 'invoices/index')}.js`);
    const tested = `src/punctual/${file}.test.js`;
    expect(await test(tested)).toBe(1);
    if (from === '')
      await edit('src/punctual/modules/invoices/index.js', 'migrations:', 'jobs: () => [],\n  migrations:');
    else await edit(`src/punctual/${file}.js`, from, to);
    expect(await test(tested)).toBe(0);
    const again = await line.run(['new', kind, name]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('already exists') });
  });

  it('lists them in a table that createScheduler can be given', async () => {
    await line.run(['new', 'process', 'second_one']);
    const table = (await import(path.join(line.folder, 'src/punctual/index.js'))) as Record<string, { name: string }[]>;
    expect(table['processes']!.map(({ name }) => name)).toEqual(['monthly-report', 'second_one']);
    expect(table['jobs']).toHaveLength(1);
    expect(table['modules']!.map(({ name }) => name)).toEqual(['invoices']);
  });

  it('leaves a table alone that has no such list, and says what to add', async () => {
    await line.run(['new', 'job', 'first', '--dir', 'other']);
    await writeFile(path.join(line.folder, 'other/index.js'), 'export const mine = 1;\n');
    const { stdout } = await line.run(['new', 'job', 'second', '--dir', 'other']);
    expect(stdout).toContain(`add second from './jobs/second.js' by hand`);
    expect(await readFile(path.join(line.folder, 'other/index.js'), 'utf8')).toBe('export const mine = 1;\n');
  });

  it.each([
    ['process', '../evil'],
    ['job', 'Invoice'],
    ['module', 'new'],
    ['process', 'a b'],
  ])('refuses the %s %j', async (kind, name) => {
    expect(await line.run(['new', kind, name])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('lower case'),
    });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const { code, stdout } = await line.run(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('punctual complete --');
  });

  it('completes commands, commands within, and options with their choices', async () => {
    const complete = async (...words: string[]) => (await line.run(['complete', '--', ...words])).stdout;
    expect(await complete('process')).toMatch(/^processes\b[^]*^process-subscriptions\b/m);
    expect(await complete('retry', '')).toMatch(/^subscriptions\b/m);
    expect(await complete('runs', '--sta')).toMatch(/^--status\b/m);
    expect(await complete('runs', '--status', '')).toMatch(/^abandoned/m);
  });

  it('knows bash, zsh and fish', async () => {
    expect((await line.run(['completion', '--help'])).stdout).toContain('bash-completion');
    expect((await line.run(['completion', 'tcsh'])).code).toBe(2);
  });
});
