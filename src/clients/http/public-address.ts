// Calls to addresses that users specify: only to public ones, and only to the address that was checked.
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher } from 'undici';

/** Parts of the public range that clouds use for internal services. */
const CLOUD_SERVICES = [
  '168.63.129.16/32', // Azure: platform services and DNS of every virtual machine
  '161.26.0.0/16', // IBM Cloud: private services
  '166.8.0.0/14', // IBM Cloud: private service endpoints
].map((range) => ipaddr.IPv4.parseCIDR(range));

/** The IPv6 range that is routed on the public internet (IANA, global unicast). Ranges that are not allocated yet are refused. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for addresses of the public internet: not loopback, private, link-local, multicast, reserved or internal to a cloud, nor IPv6 that
 * represents or tunnels to an IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  // process: an IPv4 address mapped into IPv6 is judged as IPv4
  const ip = ipaddr.process(inHexadecimal(address));
  if (ip.range() !== 'unicast') return false;
  return ip instanceof ipaddr.IPv4 ? !isCloudService(ip) : ip.match(GLOBAL_UNICAST) && !isBadTunnel(ip);
}

/** IPv6 with its last part in hexadecimal: the parser takes `::1.2.3.4` for a mapped address, which it is not. */
const inHexadecimal = (address: string): string =>
  isIP(address) === 6 ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;

const isCloudService = (ip: ipaddr.IPv4): boolean => CLOUD_SERVICES.some((range) => ip.match(range));

/** ISATAP (RFC 5214) ends an address of any prefix with 0:5efe or 200:5efe and the IPv4 address that packets go to. */
function isBadTunnel({ parts }: ipaddr.IPv6): boolean {
  const [u = 0, isatap, high = 0, low = 0] = parts.slice(4);
  if (isatap !== 0x5efe || (u & ~0x0200) !== 0) return false;
  return !isPublicAddress([high >> 8, high & 255, low >> 8, low & 255].join('.'));
}

/** Refused before anything was sent. */
class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'FORBIDDEN_ADDRESS';
}

export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const systemResolve: Resolve = (hostname, options, done) => dnsLookup(hostname, options, done);

/**
 * A lookup for `net.connect` that returns only public addresses and refuses a name that has any other. The connection is made to the
 * address that it returns, so DNS rebinding between check and connect is not possible.
 */
export function publicLookup(resolve: Resolve = systemResolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 4);
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (refused !== undefined || addresses.length === 0) {
        return callback(new ForbiddenAddress(`${hostname} does not resolve to public addresses only`), '', 4);
      }
      const [first] = addresses as [LookupAddress];
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

export interface OutboundOptions {
  /** Allows private and loopback addresses and plain HTTP, for development. */
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve;
}

/** Names that never refer to the public internet, whatever a resolver returns for them (RFC 6761, RFC 6762, ICANN's .internal). */
const PRIVATE_NAME = /^(localhost|.*\.(localhost|local|internal))$/;

/** Checks whether a URL may be called, before any lookup; returns null, or the reason for the refusal. */
export function refuseUrl(url: string, { allowPrivate }: Pick<OutboundOptions, 'allowPrivate'>): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return 'must be a URL';
  if (parsed.username !== '' || parsed.password !== '') return 'must hold no user name or password';
  if (parsed.protocol !== 'https:' && !(allowPrivate && parsed.protocol === 'http:')) return 'must begin with https://';
  return allowPrivate || isPublicHost(parsed.hostname) ? null : 'must name a public host';
}

/** Of a host as `URL` writes it: in lower case, IPv6 in brackets. An address in place of a name is never looked up. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.+$/g, '');
  return isIP(host) === 0 ? !PRIVATE_NAME.test(host) : isPublicAddress(host);
}

/** Connections for calls to addresses that users specify. Redirects are not followed. */
export function createOutbound({ allowPrivate, resolve }: OutboundOptions): Dispatcher {
  return new Agent({
    connect: { timeout: 5_000, ...(allowPrivate ? {} : { lookup: publicLookup(resolve) }) },
    keepAliveTimeout: 5_000,
    connections: 8,
  });
}
