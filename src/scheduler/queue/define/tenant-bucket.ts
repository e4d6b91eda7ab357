// Claims are fair between buckets of tenants: 64 of them, and one for jobs without a tenant.

const BUCKETS = 64;
const NO_TENANT_BUCKET = -1;

/** The bucket of a tenant, the same everywhere and permanently (FNV-1a over UTF-16 units). */
export function tenantBucket(tenantId: string | null | undefined): number {
  if (tenantId === null || tenantId === undefined) return NO_TENANT_BUCKET;
  let hash = 0x811c9dc5;
  for (let index = 0; index < tenantId.length; index += 1) {
    hash = Math.imul(hash ^ tenantId.charCodeAt(index), 0x01000193);
  }
  // the low bits of FNV are its weakest: fold the high ones in
  return ((hash >>> 16) ^ (hash & 0xffff)) % BUCKETS;
}
