// Log lines carry the fields of the request they were made in, however deep and however late.
import { describe, expect, it } from '@jest/globals';
import { silentLogger, type LogFields, type Logger } from '../../src/base/logger.js';
import { createRequestContext, withRequestContext } from '../../src/base/request-context.js';

function recorder(lines: [string, LogFields][], own: LogFields = {}): Logger {
  return {
    ...silentLogger,
    info: (message, fields) => lines.push([message, { ...own, ...fields }]),
    child: (fields) => recorder(lines, { ...own, ...fields }),
  };
}

describe('withRequestContext', () => {
  it('keeps two requests apart across awaits, through child loggers too', async () => {
    const lines: [string, LogFields][] = [];
    const context = createRequestContext();
    const logger = withRequestContext(recorder(lines), context).child({ part: 'engine' });
    const request = (id: string): Promise<void> =>
      context.run({ request_id: id }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        context.run({ run_id: `run-${id}` }, () => logger.info('inside', { n: 1 }));
        logger.info('after');
      });
    await Promise.all([request('a'), request('b')]);
    logger.info('outside');
    expect(lines.filter(([, { request_id }]) => request_id === 'a')).toEqual([
      ['inside', { part: 'engine', request_id: 'a', run_id: 'run-a', n: 1 }],
      ['after', { part: 'engine', request_id: 'a' }],
    ]);
    expect(lines.at(-1)).toEqual(['outside', { part: 'engine' }]);
  });

  it('lets the line win over the context', () => {
    const lines: [string, LogFields][] = [];
    const context = createRequestContext();
    context.run({ run_id: 'context' }, () =>
      withRequestContext(recorder(lines), context).info('x', { run_id: 'line' }),
    );
    expect(lines).toEqual([['x', { run_id: 'line' }]]);
  });
});
