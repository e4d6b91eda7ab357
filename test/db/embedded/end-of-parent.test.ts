import { existsSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { startProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { ask, createScratch, filesIn, gone, isAlive, socketDirOf, startHolder, type Holder } from './support.js';

describe('the embedded server when its parent ends', () => {
  const scratch = createScratch();
  const holders: Holder[] = [];
  const hold = async (...args: Parameters<typeof startHolder>): Promise<Holder> => {
    const holder = await startHolder(...args);
    holders.push(holder);
    return holder;
  };
  afterEach(async () => {
    await Promise.all(holders.splice(0).map((holder) => holder.stop('SIGKILL')));
  });
  afterAll(() => scratch.clear());

  it('ends too, even by SIGKILL, and clears its socket away', async () => {
    const dataDir = await scratch.folder('killed');
    const { server, signal, ended } = await hold([dataDir]);
    await ask(server.connectionString, 'CREATE TABLE kept AS SELECT 7 AS n');
    signal('SIGKILL');
    await ended;
    await gone(server.pid);
    await waitFor(() => !existsSync(socketDirOf(server.connectionString)), { what: 'the socket folder is gone' });

    const next = await hold([dataDir]);
    expect(await ask(next.server.connectionString, 'SELECT n FROM kept')).toEqual({ n: 7 });
  });

  it('does not keep a parent alive that forgets to stop it, and ends with it', async () => {
    const { server, ended } = await hold([await scratch.folder('forgotten'), 'forget']);
    expect(await ended).toEqual({ code: 0, signal: null });
    await gone(server.pid);
  });

  it('does not hear the Ctrl-C that its parent hears', async () => {
    const holder = await hold([await scratch.folder('ctrl-c'), 'ignore-sigint'], { detached: true });
    process.kill(-holder.pid, 'SIGINT');
    await holder.line(/interrupted/);
    expect(await ask(holder.server.connectionString, 'SELECT 1 AS n')).toEqual({ n: 1 });
    expect(await holder.stop()).toEqual({ code: 0, signal: null });
    expect(isAlive(holder.server.pid)).toBe(false);
  });

  it('starts again where a parent was killed during initdb', async () => {
    const dataDir = await scratch.folder('half');
    const killed = await startProcess({ script: 'test/db/embedded/hold.ts', args: [dataDir], ready: /starting/ });
    await waitFor(async () => (await filesIn(dataDir)).some((name) => name.startsWith('initdb-')), { everyMs: 2 });
    killed.signal('SIGKILL');
    await killed.ended;
    const { server } = await hold([dataDir]);
    expect(await ask(server.connectionString, 'SELECT 1 AS n')).toEqual({ n: 1 });
  });
});
