// Connection strings that name several hosts, as in libpq. pg supports only one host.
import { SchedulerError } from '../../base/errors.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `any`: the first server that accepts the connection. `read-write` and `primary`: the first that also accepts writes. */
export type TargetSession = 'any' | 'read-write' | 'primary';

export interface SeveralHosts {
  /** The same string with only the first host, which pg can read. */
  readonly connectionString: string;
  readonly addresses: readonly Address[];
  readonly target: TargetSession;
}

const PARTS = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/;
const HOST = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/;
const DEFAULT_PORT = 5432;

/** Null if the string names one host. Throws INVALID_CONFIG for hosts that cannot be read and for a target that does not accept writes. */
export function readSeveralHosts(connectionString: string | undefined): SeveralHosts | null {
  const [, scheme, login = '', authority = '', path = '', search = ''] = PARTS.exec(connectionString ?? '') ?? [];
  if (scheme === undefined) return null;
  const query = new URLSearchParams(search);
  const hosts = (query.get('host') ?? authority).split(',');
  if (hosts.length === 1) return null;
  const addresses = addressesOf(hosts, query.get('port'));
  const target = targetOf(query.get('target_session_attrs'));
  for (const name of ['host', 'port', 'target_session_attrs']) query.delete(name);
  const [first] = addresses;
  const rest = query.size === 0 ? '' : `?${query.toString()}`;
  return { connectionString: `${scheme}${login}${inUrl(first!)}${path}${rest}`, addresses, target };
}

function addressesOf(hosts: readonly string[], ports: string | null): readonly Address[] {
  const listed = ports === null || ports === '' ? [] : ports.split(',');
  if (listed.length > 1 && listed.length !== hosts.length)
    throw unreadable('the number of ports differs from the number of hosts');
  return hosts.map((text, index) => {
    const [, host = '', own] = HOST.exec(text) ?? [];
    if (host === '') throw unreadable('one of its hosts is empty or cannot be read');
    const port = own ?? (listed.length > 1 ? listed[index] : listed[0]) ?? DEFAULT_PORT;
    return { host: decodeURIComponent(host.replace(/^\[(.*)\]$/, '$1')), port: Number(port) || DEFAULT_PORT };
  });
}

function targetOf(said: string | null): TargetSession {
  if (said === null || said === 'read-write') return 'read-write';
  if (said === 'any' || said === 'primary') return said;
  throw unreadable(`target_session_attrs "${said}" must be read-write, primary or any, because a scheduler writes`);
}

const inUrl = ({ host, port }: Address): string =>
  host.startsWith('/') ? encodeURIComponent(host) : `${host.includes(':') ? `[${host}]` : host}:${port}`;

const unreadable = (why: string): SchedulerError =>
  new SchedulerError('INVALID_CONFIG', `the connection string names several hosts, but ${why}`);
