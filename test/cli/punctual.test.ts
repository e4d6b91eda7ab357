// The command line as its users run it: a process of its own, its output and its exit code.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argument } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COMMAND_GROUPS } from '../../src/cli/command-table.js';
import { createProgram } from '../../src/cli/program.js';
import { createCommandLine, type CommandLine, type Ended } from '../support/command-line.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

function termOf(argument: Argument): string {
  const [open, close] = argument.required ? '<>' : '[]';
  return `${open}${argument.name()}${argument.variadic ? '...' : ''}${close}`;
}

let line: CommandLine;
let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  line = await createCommandLine();
  folder = line.folder;
});
afterAll(() => line.close());
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.close());

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  line.run(args, { env: { DATABASE_URL: database.url, ...env } });

describe('punctual', () => {
  it('shows its help with examples and exit codes, and its version', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
    expect(help.stdout).toContain('Exit codes:');
    const words = help.stdout.replaceAll(/\s+/g, ' ');
    for (const { commands } of COMMAND_GROUPS) {
      for (const { name, usage, summary } of commands) {
        expect(words).toContain(` ${[name, usage].join(' ').trim()} ${summary} `);
      }
    }
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('has in its overview the arguments that each command takes', async () => {
    const program = await createProgram();
    const taken = program.commands.map((command) => {
      const given = command.registeredArguments.map(termOf);
      return [command.name(), command.commands.length > 0 ? '<command>' : given.join(' ')];
    });
    const listed = COMMAND_GROUPS.flatMap(({ commands }) => commands.map(({ name, usage }) => [name, usage]));
    expect(taken).toEqual(listed);
  });

  it('loads nothing for its overview but the table of commands', async () => {
    const coverage = path.join(folder, 'coverage');
    await run(['--help'], { NODE_V8_COVERAGE: coverage });
    const reports = await Promise.all(
      (await readdir(coverage)).map((name) => readFile(path.join(coverage, name), 'utf8')),
    );
    const urls = reports.flatMap((report) => (JSON.parse(report) as { result: { url: string }[] }).result);
    const ours = urls.flatMap(({ url }) => url.split('/dist/')[1] ?? []);
    expect(ours.sort()).toEqual(['base/version.js', 'cli/command-table.js', 'cli/program.js', 'cli/punctual.js']);
  });

  it('suggests what was meant, and shows the help of one command', async () => {
    expect((await run(['stauts'])).stderr).toContain('Did you mean status?');
    for (const args of [
      ['help', 'runs'],
      ['runs', '--help'],
    ]) {
      expect((await run(args)).stdout).toContain('Usage: punctual runs [options] [id]');
    }
  });

  it.each([[['nonsense']], [['migrate', 'sideways']], [['migrate', 'up', '--nonsense']]])(
    'ends with 2 for %j, and says where to look',
    async (args) => {
      const ended = await run(args);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/error: .*\n/);
    },
  );

  it('ends with 3 when the database cannot be reached, and with 1 when none is named', async () => {
    const unreachable = await run(['migrate', 'status'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    expect(unreachable).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot be reached') });
    const nowhere = await run(['migrate', 'status'], { DATABASE_URL: '' });
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('set DATABASE_URL') });
  });
});

// each line is a process of its own
describe('punctual migrate', () => {
  it('lists what is pending, prints it as SQL that can be applied, and applies it once', async () => {
    const before = await run(['migrate', 'status']);
    expect(before.stdout).toContain('pending  engine/0001_engine');
    const sql = await run(['migrate', 'sql']);
    expect(sql.stdout).toContain('-- subscriptions/0001_tables');
    const up = await run(['migrate', 'up', '--json']);
    expect(JSON.parse(up.stdout)).toMatchObject({ applied: expect.arrayContaining(['webhooks/0001_webhooks']) });
    expect((await run(['migrate', 'up'])).stdout).toContain('nothing to migrate');
    const after = JSON.parse((await run(['migrate', 'status', '--json'])).stdout) as { pending: string[] }[];
    expect(after.flatMap(({ pending }) => pending)).toEqual([]);
  });

  it("takes the host's modules along", async () => {
    const module = path.join(folder, 'invoices.mjs');
    await writeFile(
      path.join(folder, '0001_invoices.sql'),
      'CREATE TABLE {schema}.invoices (id int PRIMARY KEY, created_at timestamptz DEFAULT now());',
    );
    await writeFile(module, `export default { name: 'invoices', migrations: new URL('./', import.meta.url) };`);
    const up = await run(['migrate', 'up', '--json'], { PUNCTUAL_MODULES: './invoices.mjs' });
    expect(JSON.parse(up.stdout)).toMatchObject({ applied: expect.arrayContaining(['invoices/0001_invoices']) });
    const wrong = await run(['migrate', 'status'], { PUNCTUAL_MODULES: './nowhere.mjs' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('PUNCTUAL_MODULES: ./nowhere.mjs') });
  });
});
