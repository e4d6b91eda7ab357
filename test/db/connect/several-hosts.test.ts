// Connection strings with several hosts, as libpq reads them.
import { describe, expect, it } from '@jest/globals';
import { readSeveralHosts } from '../../../src/db/connect/several-hosts.js';

describe('readSeveralHosts', () => {
  it.each([
    undefined,
    '',
    'postgres://app:pw@db.example/app',
    'postgresql://postgres@127.0.0.1:5433/postgres?target_session_attrs=read-write',
    'postgresql:///app?host=/var/run/postgresql&port=5433',
    'postgres://app:p,w@db.example/app',
  ])('leaves a string with one host to pg: %s', (text) => expect(readSeveralHosts(text)).toBeNull());

  it('reads hosts with and without ports, and leaves the rest as it is', () => {
    expect(readSeveralHosts('postgres://app:p%40w@a:5433,b,[::1]:5434/app?sslmode=require')).toEqual({
      connectionString: 'postgres://app:p%40w@a:5433/app?sslmode=require',
      addresses: [
        { host: 'a', port: 5433 },
        { host: 'b', port: 5432 },
        { host: '::1', port: 5434 },
      ],
      target: 'read-write',
    });
  });

  it('reads hosts and ports from the query, one port for all or one for each', () => {
    const read = (ports: string) =>
      readSeveralHosts(`postgresql://app@/app?host=a,b&port=${ports}&target_session_attrs=any`);
    expect(read('6000')).toEqual({
      connectionString: 'postgresql://app@a:6000/app',
      addresses: [
        { host: 'a', port: 6000 },
        { host: 'b', port: 6000 },
      ],
      target: 'any',
    });
    expect(read('6000,6001')?.addresses.map(({ port }) => port)).toEqual([6000, 6001]);
  });

  it.each([
    ['postgres://a,/app', 'empty'],
    ['postgres://a:x,b/app', 'cannot be read'],
    ['postgres:///app?host=a,b,c&port=1,2', 'number of ports differs'],
    ['postgres://a,b/app?target_session_attrs=standby', 'target_session_attrs "standby"'],
  ])('refuses %s', (text, why) => {
    expect(() => readSeveralHosts(text)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
    expect(() => readSeveralHosts(text)).toThrow(why);
  });

  it('never shows a password in its errors', () => {
    expect(() => readSeveralHosts('postgres://app:hush@a,/app')).not.toThrow('hush');
  });
});
