import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess } from './processes.js';

const PROGRAM = `
process.on('SIGTERM', () => { console.log('draining'); process.exit(7); });
console.log(JSON.stringify({ message: 'started', port: 4711, env: Object.keys(process.env).sort() }));
setInterval(() => {}, 1000);
`;

describe('programs as processes', () => {
  let folder: string;
  let script: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'punctual-process-'));
    script = path.join(folder, 'program.mjs');
    await writeFile(script, PROGRAM);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are ready when they say so, and end as they say', async () => {
    const program = await startProcess({ script, ready: /"port":(\d+)/, env: { EXTRA: '1' } });
    expect(program.ready[1]).toBe('4711');
    expect(program.logs()).toMatchObject([{ message: 'started', env: expect.arrayContaining(['EXTRA', 'PATH']) }]);
    expect(program.logs()[0]?.['env']).not.toContain('JEST_WORKER_ID');
    expect(await program.stop()).toEqual({ code: 7, signal: null });
    expect(program.lines.at(-1)).toBe('draining');
    expect(await program.stop()).toEqual({ code: 7, signal: null });
  });

  it('can be killed', async () => {
    const program = await startProcess({ script, ready: /started/ });
    program.signal('SIGKILL');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('tell what they said when they end too early', async () => {
    await writeFile(path.join(folder, 'bad.mjs'), `console.error('no such thing'); process.exit(3);`);
    await expect(startProcess({ script: path.join(folder, 'bad.mjs'), ready: /never/ })).rejects.toThrow(
      /no such thing/,
    );
  });
});
