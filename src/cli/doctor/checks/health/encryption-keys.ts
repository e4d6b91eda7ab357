// ENCRYPTION_KEYS against what is stored under them: a key that is missing or has changed loses secrets.
import { createEncryption } from '../../../../base/secrets/encryption.js';
import { readStoredKeys } from '../../../../db/doctor/user-role.js';
import { contextOf } from '../../../../scheduler/secrets/workspace-keys.js';
import { plural } from '../../../output/words.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface EncryptionFacts {
  /** Ids of the keys that are set; the first encrypts. */
  readonly ids: readonly string[];
  /** Number of secrets that were tried. */
  readonly tried: number;
  readonly unknownIds: readonly string[];
  readonly wrongIds: readonly string[];
  readonly outdatedIds: readonly string[];
}

const OF_EACH = 5;

function decideEncryptionKeys({ ids, tried, unknownIds, wrongIds, outdatedIds }: EncryptionFacts): Finding {
  if (wrongIds.length > 0) {
    return {
      status: 'fail',
      message: `secrets that are stored under ${wrongIds.join(', ')} cannot be read: the key with that name has changed`,
      todo: 'restore the previous key in ENCRYPTION_KEYS; a new key needs a new name',
    };
  }
  if (unknownIds.length > 0) {
    return {
      status: 'fail',
      message: `secrets are stored under ${unknownIds.join(', ')}, which ENCRYPTION_KEYS does not have`,
      todo: 'add the key again, after the one that encrypts',
    };
  }
  if (ids.length === 0) return { status: 'none', message: 'ENCRYPTION_KEYS is not set, and no secrets are stored' };
  if (outdatedIds.length > 0) {
    return {
      status: 'warn',
      message: `secrets are still stored under ${outdatedIds.join(', ')}`,
      todo: `keep these keys until what is stored under them has been rewritten under ${ids[0]}`,
    };
  }
  return ok(`${plural(ids.length, 'key')}, ${plural(tried, 'stored secret')} read back`);
}

async function probe({ db, config }: Patient): Promise<EncryptionFacts> {
  const encryption = createEncryption(config.auth.encryptionKeys);
  const ids = config.auth.encryptionKeys.map(({ id }) => id);
  const stored = await readStoredKeys(db, OF_EACH);
  const [unknown, wrong, outdated] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { workspace_id: workspace, provider, value } of stored) {
    const id = /^v1\.(.+)\.[^.]*$/.exec(value)?.[1] ?? '';
    if (!ids.includes(id)) unknown.add(id);
    else if (!canRead(() => encryption.decrypt(value, contextOf(workspace, provider)))) wrong.add(id);
    else if (encryption.isOutdated(value)) outdated.add(id);
  }
  return { ids, tried: stored.length, unknownIds: [...unknown], wrongIds: [...wrong], outdatedIds: [...outdated] };
}

function canRead(read: () => string): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

export const encryptionKeys = defineCheck<EncryptionFacts>({
  name: 'encryption keys',
  needsDatabase: true,
  probe,
  decide: decideEncryptionKeys,
});
