// Wrong options of a module are refused when it is added, each with its path; its defaults and the server's settings are accepted.
import { describe, expect, it } from '@jest/globals';
import { digests } from '../../src/modules/digests/index.js';
import { lists } from '../../src/modules/lists/index.js';
import { mailFiles, notifications } from '../../src/modules/notifications/index.js';

const from = 'shop@shop.example';
const paths = (call: () => unknown): readonly string[] => {
  try {
    call();
  } catch (error) {
    const { code, details } = error as { code: string; details: { errors: readonly { path: string }[] } };
    expect(code).toBe('INVALID_CONFIG');
    return details.errors.map(({ path }) => path);
  }
  return [];
};

describe('options of notifications', () => {
  it.each<[string, object]>([
    ['from', { from: '' }],
    ['from', { from: { name: 'Shop' } }],
    ['transport', { from, transport: 'smtp://localhost' }],
    ['transports.1', { from, transports: [mailFiles(), {}] }],
    ['publicUrl', { from, publicUrl: 'app.example.com' }],
    ['retryTableS', { from, retryTableS: [] }],
    ['eventSecrets.sendgrid', { from, eventSecrets: { sendgrid: 'x' } }],
    ['rateperS', { from, rateperS: 3 }],
  ])('%s', (path, options) => expect(paths(() => notifications(options as never))).toEqual([path]));

  it('may be given in full', () => {
    const options = { from: { email: from, name: 'Shop' }, replyTo: from, transports: [mailFiles()], ratePerS: null };
    expect(paths(() => notifications({ ...options, eventSecrets: { ses: 'x' }, logMetricsEveryS: 60 }))).toEqual([]);
  });
});

describe('options of digests', () => {
  it.each<[string, object]>([
    ['batchSize', { batchSize: 0 }],
    ['summary.url', { summary: { url: 'models.example' } }],
    ['summary.url', { summary: {} }],
    ['summary.timeoutMs', { summary: { url: 'https://models.example', timeoutMs: 15_001 } }],
    ['updates.columns.group_id', { updates: { columns: { group_id: 'g' } } }],
    ['linkOf', { linkOf: 'https://shop.example' }],
  ])('%s', (path, options) => expect(paths(() => digests(options as never))).toEqual([path]));

  it('may be left out', () => expect(paths(() => digests({ summary: null }))).toEqual([]));
});

describe('options of lists', () => {
  it.each<[string, object]>([
    ['membersApiUrl', { membersApiUrl: 'members.example' }],
    ['membersApiStyle', { membersApiStyle: 'offset' }],
    ['parallelPages', { parallelPages: 0 }],
    ['keepDays', { keepDays: 0.5 }],
    ['maxMember', { maxMember: 1 }],
  ])('%s', (path, options) => expect(paths(() => lists(options as never))).toEqual([path]));

  it('may be left out', () => expect(paths(() => lists({ keepDays: null }))).toEqual([]));
});
