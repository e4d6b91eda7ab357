// Outbound calls: what is public, and that the address that was checked is the one connected to.
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import {
  createOutbound,
  isPublicAddress,
  publicLookup,
  refuseUrl,
  type Resolve,
} from '../../../src/clients/http/public-address.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';

let server: RunningServer;
let calls = 0;

beforeAll(async () => {
  server = await startServer((_request, response) => {
    calls += 1;
    response.end();
  });
});
afterAll(() => server.close());

describe('public addresses', () => {
  it.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    // IPv4 in IPv6: compatible, mapped, translated, NAT64 of both kinds, 6to4, Teredo, ISATAP
    ['::127.0.0.1', false],
    ['::7f00:1', false],
    ['::10.0.0.1', false],
    ['::93.184.216.34', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:0:10.0.0.1', false],
    ['64:ff9b::10.0.0.1', false],
    ['64:ff9b:1::10.0.0.1', false],
    ['2002:a00:1::', false],
    ['2001::f5ff:fffe', false],
    ['2606:2800:220:1:0:5efe:a00:1', false],
    ['2606:2800:220:1:200:5efe:7f00:1', false],
    ['2606:2800:220:1:0:5efe:5db8:d822', true],
    // special ranges of IANA, and what is not allocated
    ['192.0.0.192', false],
    ['192.0.2.1', false],
    ['192.88.99.1', false],
    ['198.18.0.1', false],
    ['198.51.100.1', false],
    ['203.0.113.1', false],
    ['240.0.0.1', false],
    ['100::1', false],
    ['1::1', false],
    ['400::1', false],
    ['2001:2::1', false],
    ['2001:db8::1', false],
    ['3fff::1', false],
    ['4000::1', false],
    ['5f00::1', false],
    ['8000::1', false],
    ['fec0::1', false],
    ['ff02::1', false],
    ['fe80::1%eth0', false],
    // metadata and services of clouds
    ['168.63.129.16', false],
    ['::ffff:168.63.129.16', false],
    ['168.63.129.17', true],
    ['100.100.100.200', false],
    ['161.26.0.10', false],
    ['166.9.1.1', false],
    ['fd00:ec2::254', false],
    ['fd20:ce::254', false],
    // other spellings of an address
    ['0x7f.1', false],
    ['2130706433', false],
    ['0177.0.0.1', false],
    ['not an address', false],
    ['93.184.216.34', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
  ])('%s: %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected));
});

describe('what may be called at all', () => {
  it.each([
    ['https://localhost/', 'must name a public host'],
    ['https://LOCALHOST:8443/hook', 'must name a public host'],
    ['https://localhost./', 'must name a public host'],
    ['https://api.localhost/', 'must name a public host'],
    ['https://printer.local/', 'must name a public host'],
    ['https://metadata.google.internal/', 'must name a public host'],
    ['https://10.0.0.1/', 'must name a public host'],
    ['https://0x7f.1/', 'must name a public host'],
    ['https://[::1]:8443/', 'must name a public host'],
    ['https://[::ffff:10.0.0.1]/', 'must name a public host'],
    ['https://[::127.0.0.1]/', 'must name a public host'],
    ['https://168.63.129.16/', 'must name a public host'],
    ['http://example.com/', 'must begin with https://'],
    ['https://user:word@example.com/', 'must hold no user name or password'],
    ['example.com', 'must be a URL'],
    ['https://example.com/hook', null],
    ['https://internal.example.com/', null],
    ['https://notlocalhost/', null],
    ['https://93.184.216.34/', null],
  ])('%s: %s', (url, refused) => expect(refuseUrl(url, { allowPrivate: false })).toBe(refused));

  it.each(['http://localhost:4000/', 'https://10.0.0.1/', 'http://[::1]/'])('%s, where private is allowed', (url) =>
    expect(refuseUrl(url, { allowPrivate: true })).toBeNull(),
  );
});

const resolvesTo =
  (...answers: LookupAddress[][]): Resolve =>
  (_hostname, _options, done) =>
    done(null, answers.length > 1 ? (answers.shift() ?? []) : (answers[0] ?? []));

describe('the lookup', () => {
  const ask = (resolve: Resolve): Promise<string> =>
    new Promise((done, fail) => {
      publicLookup(resolve)('name.example', {}, (error, address) => (error ? fail(error) : done(address as string)));
    });

  it('answers what it checked, and refuses a name with any private address', async () => {
    expect(await ask(resolvesTo([{ address: '93.184.216.34', family: 4 }]))).toBe('93.184.216.34');
    const mixed = resolvesTo([
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
    await expect(ask(mixed)).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
    await expect(ask(resolvesTo([]))).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
  });

  it('is asked by the connection itself: a name that changes its mind reaches nothing private', async () => {
    const rebinding = resolvesTo([{ address: '127.0.0.1', family: 4 }]);
    const dispatcher = createOutbound({ allowPrivate: false, resolve: rebinding });
    const call = request(`http://rebinding.example:${server.port}/`, { dispatcher });
    await expect(call).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
    expect(calls).toBe(0);
    await dispatcher.close();
  });
});
