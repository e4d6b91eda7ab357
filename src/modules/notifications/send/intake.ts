// Intake of the HTTP routes: only the caller's recipients, once for each idempotency key, and all or nothing.
import { snakeCase } from '../../../base/snake-case.js';
import type { NotificationInput, StoredNotification } from '../../../clients/notifier.js';
import type { Caller } from '../../../routes/index.js';
import type { Db, ModuleHost } from '../../../scheduler/public.js';
import type { Notifications } from '../create-notifications.js';
import { findRecipientOwners } from '../db/find-recipients.js';
import {
  countBatch,
  findBatch,
  findMessageId,
  insertBatch,
  type BatchCounts,
  type NotificationRow,
} from '../db/store-notifications.js';
import { inputOf, type BulkBody, type SendBody } from './bodies.js';
import { messageIdOf } from './check-notification.js';
import { checkAll, invalid } from './create-notifier.js';
import { storeWithJobs } from './store.js';
import { withoutRepeats } from './without-repeats.js';

export interface Intake {
  one(body: SendBody, caller: Caller, key: string | undefined): Promise<Pick<StoredNotification, 'id' | 'messageId'>>;
  many(body: BulkBody, caller: Caller, key: string | undefined): Promise<BatchCounts & { readonly id: string }>;
}

type Host = Pick<ModuleHost, 'db' | 'enqueueMany' | 'idempotency' | 'newId'>;

/** The steps of a request. Whatever may change (recipients, templates) is part of `check`, which a repeat does not make. */
interface Work<T> {
  check(db: Db): Promise<readonly NotificationRow[]>;
  store(tx: Db, rows: readonly NotificationRow[]): Promise<T>;
  repeat(tx: Db, id: string): Promise<T>;
}

/** `templateData` is the contract's own name; the others are in snake_case. */
const sentPath = (path: string): string => (path.startsWith('templateData') ? path : snakeCase(path));

export function createIntake(host: Host, { check }: Pick<Notifications, 'check'>): Intake {
  /** With a key, returns the result of the first request with it, whatever has changed since; otherwise creates it now. */
  const once = async <T>(
    scope: string,
    { caller, key, request, id }: { caller: Caller; key: string | undefined; request: unknown; id: string },
    { check: rowsFrom, store, repeat }: Work<T>,
  ): Promise<T> => {
    if (key === undefined) {
      const rows = await rowsFrom(host.db);
      return host.db.transaction((tx) => store(tx, rows));
    }
    return host.db.transaction(async (tx) => {
      const claim = { scope: `${scope}:${ownerOf(caller)}`, key, request, id };
      const { id: made, first } = await host.idempotency.claim(tx, claim);
      return first ? store(tx, await rowsFrom(tx)) : repeat(tx, made);
    });
  };

  return {
    one(body, caller, key) {
      const id = host.newId();
      const inputs = [{ ...inputOf(body), ...addressOf(body), ...ownedBy(caller, body) }];
      const options = { ...check, newId: () => id, pathOf: (_index: number, path: string) => sentPath(path) };
      return once<Pick<StoredNotification, 'id' | 'messageId'>>(
        'notifications.send',
        { caller, key, request: body, id },
        {
          check: (db) => rowsOf(db, inputs, caller, options),
          store: async (tx, rows) => (await storeWithJobs(host, tx, rows))[0] as StoredNotification,
          repeat: async (tx, made) => ({
            id: made,
            messageId:
              (await findMessageId(tx, made)) ?? messageIdOf(made, body.delivery_method ?? 'email', check.domain),
          }),
        },
      );
    },

    many(body, caller, key) {
      const { recipients, templateData: shared = {}, ...rest } = body;
      const common = inputOf(rest);
      const inputs = recipients.map((recipient) => ({
        ...common,
        ...addressOf(recipient),
        ...ownedBy(caller, recipient),
      }));
      const pathOf = (index: number, path: string): string =>
        isShared(path) ? sentPath(path) : `recipients.${index}.${sentPath(path)}`;
      const id = host.newId();
      const store = async (tx: Db, rows: readonly NotificationRow[]): Promise<BatchCounts & { id: string }> => {
        const owner = { user_id: caller.userId, workspace_id: caller.workspaceId };
        const batch = {
          id,
          ...owner,
          notification_type: body.type,
          template_data: shared,
          scheduled_for: body.scheduled_for ?? null,
        };
        await insertBatch(tx, batch);
        const distinct = withoutRepeats(rows).map((row) => ({ ...row, batch_id: id }));
        const { duplicates, ...counted } = countsOf(await storeWithJobs(host, tx, distinct));
        const counts = { ...counted, duplicates: duplicates + rows.length - distinct.length };
        await countBatch(tx, id, counts);
        return { id, ...counts };
      };
      return once<BatchCounts & { id: string }>(
        'notifications.bulk',
        { caller, key, request: body, id },
        {
          check: (db) => rowsOf(db, inputs, caller, { ...check, shared, pathOf }),
          store,
          repeat: async (tx, made) => {
            const { accepted = 0, duplicates = 0, suppressed = 0 } = (await findBatch(tx, made)) ?? {};
            return { id: made, accepted, duplicates, suppressed };
          },
        },
      );
    },
  };
}

/** Paths of fields of the body itself, whichever recipient the error was found with. */
const isShared = (path: string): boolean => /^(type|subject|category|priority|scheduledFor|deliveryMethod)$/.test(path);

const ownerOf = ({ userId, workspaceId, name }: Caller): string =>
  userId === null ? `service ${name}` : `user ${userId} ${workspaceId ?? ''}`;

const addressOf = ({
  to,
  templateData,
}: Pick<SendBody, 'to' | 'templateData'>): Pick<NotificationInput, 'to' | 'templateData'> => ({
  to,
  templateData,
});

type Named = Pick<SendBody, 'recipient_id'> & Partial<Pick<SendBody, 'group_id' | 'update_id'>>;

/** Notifications of a service belong to the recipient's user; those of a user to that user. */
const ownedBy = ({ userId, workspaceId }: Caller, { recipient_id, group_id, update_id }: Named) => ({
  ...{ userId: userId ?? undefined, workspaceId: workspaceId ?? undefined },
  ...{ recipientId: recipient_id, groupId: group_id, updateId: update_id },
});

type RowOptions = Parameters<typeof checkAll>[1] &
  NonNullable<Parameters<typeof checkAll>[2]> & { pathOf: (index: number, path: string) => string };

async function rowsOf(
  db: Db,
  inputs: readonly NotificationInput[],
  caller: Caller,
  options: RowOptions,
): Promise<readonly NotificationRow[]> {
  const rows = await checkAll(inputs, options, options);
  const asked = [...new Set(inputs.flatMap(({ recipientId }) => recipientId ?? []))];
  if (asked.length === 0) return rows;
  const owners = await findRecipientOwners(db, asked);
  const own = new Set(owners.filter((owner) => isOwn(owner, caller)).map((owner) => owner.asked));
  const foreign = inputs.flatMap(({ recipientId }, index) =>
    recipientId === undefined || own.has(recipientId)
      ? []
      : [{ path: options.pathOf(index, 'recipientId'), message: 'there is no such recipient' }],
  );
  if (foreign.length > 0) throw invalid(foreign);
  return rows;
}

/** If a row has a user or a workspace, they must be the caller's; one with neither belongs to no user. A service may send to everyone. */
function isOwn(
  { user_id, workspace_id }: { user_id: string | null; workspace_id: string | null },
  caller: Caller,
): boolean {
  if (caller.userId === null) return true;
  if (user_id === null && workspace_id === null) return false;
  return (user_id ?? caller.userId) === caller.userId && (workspace_id ?? caller.workspaceId) === caller.workspaceId;
}

function countsOf(stored: readonly StoredNotification[]): BatchCounts {
  const count = (outcome: StoredNotification['outcome']): number =>
    stored.filter((one) => one.outcome === outcome).length;
  return { accepted: count('queued'), duplicates: count('duplicate'), suppressed: count('suppressed') };
}
