import { describe, expect, it } from '@jest/globals';
import { tenantBucket } from '../../../../src/scheduler/queue/define/tenant-bucket.js';

describe('tenant buckets', () => {
  it('are 64, evenly filled, and one of their own without a tenant', () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 64_000; n += 1) {
      const bucket = tenantBucket(`tenant-${n}`);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect(counts.size).toBe(64);
    expect(Math.max(...counts.values())).toBeLessThan(1_500);
    expect([tenantBucket(null), tenantBucket(undefined)]).toEqual([-1, -1]);
  });
});
