import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createJobRegistry, defineJob } from '../../../../src/scheduler/queue/define/define-job.js';

describe('definitions', () => {
  const schema = z.object({});
  const run = () => {};
  it('refuse bad names, bad limits and two of one name', () => {
    expect(() => defineJob({ type: 'no spaces', schema, run })).toThrow(/type must be a name/);
    expect(() => defineJob({ type: 'a', schema, run, timeoutMs: 0 })).toThrow(/timeoutMs/);
    expect(() => defineJob({ type: 'a', schema, run, rateLimit: { max: 1.5, perMs: 1 } })).toThrow(/rateLimit.max/);
    expect(() => defineJob({ type: 'a', schema, run, ownSlots: true })).toThrow(
      /concurrency: is required with `ownSlots`/,
    );
    const job = defineJob({ type: 'a', schema, run });
    expect(() => createJobRegistry([job, job])).toThrow(/"a"/);
  });
});
