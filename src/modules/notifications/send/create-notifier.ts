// The service `notifications`: validates and stores in the caller's transaction; sending is done by jobs.
import { SchedulerError, type FieldError } from '../../../base/errors.js';
import type { NotificationInput, Notifier, PrepareTemplateData, TemplateData } from '../../../clients/notifier.js';
import type { ModuleHost } from '../../../scheduler/public.js';
import type { NotificationRow } from '../db/store-notifications.js';
import { checkNotification, storedData, type CheckDeps } from './check-notification.js';
import type { Preview } from '../templates/preview.js';
import { storeWithJobs } from './store.js';

export interface NotifierParts extends Notifier {
  /** The step that prepares data of this type, if there is one. */
  stepOf(type: string): PrepareTemplateData | undefined;
}

export type NotifierHost = Pick<ModuleHost, 'db' | 'enqueueMany' | 'borrow'>;

/** The caller's word: a client of `pg`, or a `Db`. */
type Borrowed = Parameters<ModuleHost['borrow']>[0];

/** More errors would not help. */
const MOST_ERRORS = 100;
/** Larger lists need several calls. */
export const MOST_AT_ONCE = 10_000;

export interface ManyOptions {
  /** The batch's data. */
  readonly shared?: TemplateData;
  /** The path of a field of the notification at an index. */
  readonly pathOf?: (index: number, path: string) => string;
}

/** The rows of all notifications. Throws INVALID_INPUT with at most 100 errors. */
export async function checkAll(
  inputs: readonly NotificationInput[],
  deps: CheckDeps,
  { shared, pathOf = (index, path) => `${index}.${path}` }: ManyOptions = {},
): Promise<readonly NotificationRow[]> {
  const errors: FieldError[] = [];
  const rows: NotificationRow[] = [];
  storedData(shared, (path, message) => void errors.push({ path, message }));
  for (const [index, input] of inputs.entries()) {
    const note = (path: string, message: string): void => void errors.push({ path: pathOf(index, path), message });
    rows.push(await checkNotification(input, { shared, note }, deps));
    if (errors.length >= MOST_ERRORS) break;
  }
  if (errors.length > 0) throw invalid(errors);
  return rows;
}

export function invalid(found: readonly FieldError[]): SchedulerError {
  const errors = found.slice(0, MOST_ERRORS);
  const said = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new SchedulerError('INVALID_INPUT', said, { errors, asSent: true });
}

export function createNotifier(host: NotifierHost, deps: CheckDeps, preview: Preview): NotifierParts {
  const steps = new Map<string, PrepareTemplateData>();

  const sendMany: Notifier['sendMany'] = async (notifications, { db } = {}) => {
    if (notifications.length > MOST_AT_ONCE) {
      throw invalid([{ path: '', message: `at most ${MOST_AT_ONCE} notifications are accepted at once` }]);
    }
    const rows = await checkAll(notifications, deps);
    if (db !== undefined) return storeWithJobs(host, host.borrow(db as Borrowed), rows);
    return host.db.transaction((tx) => storeWithJobs(host, tx, rows));
  };

  return {
    sendMany,
    async send(notification, { db } = {}) {
      const rows = await checkAll([notification], deps, { pathOf: (_index, path) => path });
      const store = (tx: Parameters<typeof storeWithJobs>[1]) => storeWithJobs(host, tx, rows);
      const [stored] = db === undefined ? await host.db.transaction(store) : await store(host.borrow(db as Borrowed));
      return stored as NonNullable<typeof stored>;
    },
    prepare(type, step) {
      if (steps.has(type)) {
        throw new SchedulerError('INVALID_CONFIG', `the data of "${type}" is already prepared by another step`);
      }
      steps.set(type, step);
    },
    async render(notification, { timeZone = null } = {}) {
      const rendered = await preview(notification, timeZone);
      if ('errors' in rendered) throw invalid(rendered.errors);
      return rendered;
    },
    registerTemplate: (template) => deps.templates.register(template),
    stepOf: (type) => steps.get(type),
  };
}
