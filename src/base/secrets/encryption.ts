// Secrets at rest: AES-256-GCM, with the key's id in the value, so that keys can be rotated without touching what is stored.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SchedulerError } from '../errors.js';

/** A key of 32 bytes with a name. */
export interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

export interface Encryption {
  /** False: no key is set, and no secret can be stored. */
  readonly available: boolean;
  /**
   * Encrypts under the first key. `context` says whose secret it is (a table and an id): a value copied to another row does
   * not decrypt there. Throws ENCRYPTION_UNAVAILABLE without a key.
   */
  encrypt(plain: string, context: string): string;
  /** Throws INVALID_CONFIG if the key is no longer known, INTERNAL if the value or its context was changed. */
  decrypt(stored: string, context: string): string;
  /** True if the value is encrypted under a key other than the first: it should be re-encrypted when it is next written. */
  isOutdated(stored: string): boolean;
}

const VERSION = 'v1';
const STORED = new RegExp(`^${VERSION}\\.(.+)\\.([\\w-]*)$`);
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `v1.<id>.<sealed>`: the id may hold dots, what is sealed is base64url and holds none. */
function partsOf(stored: string): { id: string; body: string } {
  const [, id = '', body = ''] = STORED.exec(stored) ?? [];
  return { id, body };
}

/** The first key encrypts, all decrypt. Throws INVALID_CONFIG for a key that is not 32 bytes long. */
export function createEncryption(keys: readonly NamedKey[]): Encryption {
  for (const { id, key } of keys) {
    if (key.length !== 32) throw new SchedulerError('INVALID_CONFIG', `encryption key "${id}" must have 32 bytes`);
  }
  const byId = new Map(keys.map((named) => [named.id, named.key]));
  const [current] = keys;

  return {
    available: current !== undefined,
    encrypt(plain, context) {
      if (current === undefined) {
        throw new SchedulerError('ENCRYPTION_UNAVAILABLE', 'set ENCRYPTION_KEYS to store secrets');
      }
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv);
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${current.id}.${sealed.toString('base64url')}`;
    },
    decrypt(stored, context) {
      const { id, body } = partsOf(stored);
      const key = byId.get(id);
      if (key === undefined) {
        throw new SchedulerError('INVALID_CONFIG', `a secret is stored under the key "${id}", which is not set`);
      }
      try {
        const sealed = Buffer.from(body, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES));
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SchedulerError('INTERNAL', 'a stored secret was changed, or belongs to another row', {}, { cause });
      }
    },
    isOutdated: (stored) => current !== undefined && partsOf(stored).id !== current.id,
  };
}
