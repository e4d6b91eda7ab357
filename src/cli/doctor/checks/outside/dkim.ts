// Compares the private key that signs mails with the public key in the DNS (RFC 6376, section 3.6).
import { createPublicKey, type KeyObject } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { domainOf } from '../../../../base/config/config-notifications.js';
import { toError } from '../../../../base/errors.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface DkimFacts {
  readonly name: string;
  /** Variables that are missing although others are set. */
  readonly missing: readonly string[];
  /** null: the private key cannot be read. */
  readonly expected: string | null;
  /** null: there is no record. */
  readonly published: string | null;
  readonly record: string;
  /** Domain of the sender; null: not known. */
  readonly sender: string | null;
  /** The DNS did not respond. */
  readonly error: string | null;
}

const NEEDED = ['DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'] as const;

function decideDkim({ name, missing, expected, published, record, error, sender }: DkimFacts): Finding {
  if (missing.length > 0) {
    const todo =
      'set DKIM_SELECTOR and DKIM_PRIVATE_KEY, and DKIM_DOMAIN if it is not that of MAIL_FROM; or none of them';
    return { status: 'fail', message: `${missing.join(' and ')} must be set as well`, todo };
  }
  if (expected === null) {
    return {
      status: 'fail',
      message: 'DKIM_PRIVATE_KEY is not a private key',
      todo: 'set it to an RSA or Ed25519 key in PEM',
    };
  }
  if (error !== null) return { status: 'warn', message: `${name} could not be looked up: ${error}` };
  if (published === expected) return decideAlignment(name, sender);
  return {
    status: 'fail',
    message: published === null ? `${name} has no TXT record` : `${name} publishes another key: signatures are refused`,
    todo: `publish this TXT record at ${name}: ${record}`,
  };
}

/** A signature of another organisation's domain does not count for DMARC (RFC 7489, section 3.1.1). */
function decideAlignment(name: string, sender: string | null): Finding {
  const domain = name.replace(/^.*?\._domainkey\./, '').toLowerCase();
  const from = sender?.toLowerCase() ?? domain;
  const isAligned = from === domain || from.endsWith(`.${domain}`) || domain.endsWith(`.${from}`);
  if (isAligned) return ok(`${name} publishes the key that signs`);
  return {
    status: 'warn',
    message: `mails are signed for ${domain} and sent from ${from}: the signature does not count for DMARC`,
    todo: 'set DKIM_DOMAIN to the domain of MAIL_FROM',
  };
}

async function probe({ env }: Patient): Promise<DkimFacts | null> {
  const [own = '', selector = '', key = '', from = ''] = ['DKIM_DOMAIN', ...NEEDED, 'MAIL_FROM'].map(
    (name) => env[name],
  );
  if (own === '' && selector === '' && key === '') return null;
  const sender = from === '' ? null : domainOf(from);
  const domain = own === '' ? sender : own;
  const name = `${selector}._domainkey.${domain ?? ''}`;
  const missing = [
    ...NEEDED.filter((variable) => !env[variable]),
    ...(domain === null ? ['DKIM_DOMAIN (or MAIL_FROM)'] : []),
  ];
  const pair = readKey(key);
  const expected = pair && publicPart(pair);
  const record = `v=DKIM1; k=${pair?.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa'}; p=${expected ?? ''}`;
  const facts = { name, missing, expected, record, sender };
  if (missing.length > 0 || expected === null) return { ...facts, published: null, error: null };
  return { ...facts, ...(await lookUp(name, env['DKIM_DNS_SERVER'])) };
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem.replaceAll('\\n', '\n'));
  } catch {
    return null;
  }
}

/** The value of `p=`: the whole structure for RSA, the bare key for Ed25519 (RFC 8463). */
const publicPart = (key: KeyObject): string =>
  key
    .export({ type: 'spki', format: 'der' })
    .subarray(key.asymmetricKeyType === 'ed25519' ? -32 : 0)
    .toString('base64');

async function lookUp(name: string, server?: string): Promise<Pick<DkimFacts, 'published' | 'error'>> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (server) resolver.setServers([server]);
  try {
    const records = (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
    const keys = records.map((text) => /(?:^|;)\s*p=([^;]*)/.exec(text)?.[1]?.replace(/\s+/g, ''));
    return { published: keys.find((key) => key) ?? null, error: null };
  } catch (error) {
    const { code = '' } = error as { code?: string };
    return code === 'ENOTFOUND' || code === 'ENODATA'
      ? { published: null, error: null }
      : { published: null, error: toError(error).message };
  }
}

export const dkim = defineCheck<DkimFacts>({ name: 'DKIM', needsDatabase: false, probe, decide: decideDkim });
