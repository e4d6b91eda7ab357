// Nothing depends on the zone of the process or on what day it is: the same cases in processes of other zones, on other days.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('./support/print-occurrences.ts', import.meta.url));
const cases = fileURLToPath(new URL('../../data/schedule-cases.json', import.meta.url));

async function digestsIn(timezone: string): Promise<{ localHour: number; digests: string[] }> {
  const env = { ...process.env, TZ: timezone, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, cases], { env });
  return JSON.parse(stdout) as { localHour: number; digests: string[] };
}

describe('occurrences', () => {
  it('are the same in every zone of the process and on every day', async () => {
    const results = [];
    for (const timezone of ['UTC', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe', 'Africa/Casablanca']) {
      results.push(await digestsIn(timezone));
    }
    expect(results.map(({ localHour }) => localHour)).toEqual([0, 19, 13, 10, 0]);
    expect(new Set(results.flatMap(({ digests }) => digests)).size).toBe(1);
    expect(results[0]?.digests).toHaveLength(4);
  }, 120_000);
});
