// `.env`: read where it is, never over what the environment says.
import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnvFile } from '../../src/server/env-file.js';

const folder = mkdtempSync(path.join(tmpdir(), 'punctual-env-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const after = (env: Record<string, string>, file: string): Record<string, string> => {
  readEnvFile(env, path.join(folder, file));
  return env;
};

it('adds what is not set', () => {
  writeFileSync(path.join(folder, '.env'), '# a comment\nPORT=4000\nHOST="127.0.0.2"\nMETRICS_TOKEN=\n');
  expect(after({ PORT: '3000' }, '.env')).toEqual({ PORT: '3000', HOST: '127.0.0.2', METRICS_TOKEN: '' });
});

it('is content without a file', () => {
  expect([after({}, 'none'), after({}, '.')]).toEqual([{}, {}]);
});
