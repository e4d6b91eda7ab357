import { describe, expect, it } from '@jest/globals';
import { createClaimLedger } from '../../../../src/scheduler/queue/claim/claim-ledger.js';
import { toQueueItem, type QueueItem } from '../../../../src/scheduler/queue/define/queue-item.js';

describe('the ledger of claims', () => {
  const item = (claimToken: string): QueueItem =>
    toQueueItem({ id: 'x', extras: null } as never, { type: 'any', bucket: -1 }, claimToken);
  it('says when nothing of a claim is in hand any more', () => {
    const ledger = createClaimLedger();
    ledger.opened('a', 2);
    ledger.opened('b', 1);
    expect(ledger.spentBy([item('a'), item('b')])).toEqual(['b']);
    expect(ledger.closed([item('a'), item('b')])).toEqual(['b']);
    expect(ledger.tokens()).toEqual(['a']);
    expect(ledger.closed([item('a')])).toEqual(['a']);
  });
});
