// Batch lists as a module: audiences of any size from a members API or a file, imported in the background.
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { milliseconds, oneOf, orNull, url, wholeNumber } from '../../base/options/option-rules.js';
import { createMembersClient, type MembersClient } from '../../clients/members/members-client.js';
import { systemRandom } from '../../base/random.js';
import { defineModule, type ModuleDefinition, type ModuleHost } from '../../scheduler/public.js';
import { failListsOf } from './db/attempts.js';
import { LIST_ERRORS } from './errors.js';
import { deleteJob } from './import/delete-job.js';
import { importJob } from './import/import-job.js';
import { createKeyGates } from './import/key-gates.js';
import { createListing, type Listing } from './listing.js';
import { IMPORT_LIST, MEMBERS_PROVIDER } from './names.js';
import { adminListRoutes } from './routes/admin-routes.js';
import { listRoutes } from './routes/list-routes.js';
import { memberRoutes } from './routes/member-routes.js';
import { createListMeters, listsHealth, type ListMeters } from './telemetry.js';
import { uploadRoute } from './routes/upload-route.js';
import { listsUpkeep } from './upkeep.js';
import { LIST_PAGES } from './routes/list-pages.js';
import { operateListRoutes } from './routes/operate-routes.js';

export interface ListsOptions {
  /** Base URL of the members API. Without it only files can be imported. */
  readonly membersApiUrl?: string;
  /** Kind of paging: `page` (numbered, default) or `cursor`. */
  readonly membersApiStyle?: 'page' | 'cursor';
  /** Numbered pages of one list that are fetched at once. Default 4. */
  readonly parallelPages?: number;
  /** Lists that one process imports at once. Default 4. */
  readonly concurrency?: number;
  /** Lists of one workspace's key at once, over all instances. Default 2. */
  readonly perKey?: number;
  /** Larger audiences and files are refused. Default 5,000,000. */
  readonly maxMembers?: number;
  /** Maximum size of an uploaded file. Default 1 GiB. */
  readonly maxUploadBytes?: number;
  /** Days after which ended lists are deleted. Default: they are kept. */
  readonly keepDays?: number | null;
  /** The first pause after a fault of the members API, in milliseconds; later ones double. Default 500. */
  readonly backoffMs?: number;
  /** Time limit of one page of the members API, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
}

export const LIST_RULES: RulesOf<ListsOptions> = {
  membersApiUrl: url('http', 'https'),
  membersApiStyle: oneOf(['page', 'cursor']),
  parallelPages: wholeNumber(1, 100),
  concurrency: wholeNumber(1, 10_000),
  perKey: wholeNumber(1, 1_000),
  maxMembers: wholeNumber(1, 1_000_000_000),
  maxUploadBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes'),
  keepDays: orNull(wholeNumber(1, 36_500, 'days')),
  backoffMs: milliseconds(1, 60_000),
  timeoutMs: milliseconds(1, 600_000),
};

/** What `scheduler.module(…)` returns. */
export interface Lists {
  readonly listing: Listing;
}

interface ListsState extends Lists {
  readonly client: MembersClient | null;
  readonly meters: ListMeters;
}

const GIB = 1_073_741_824;
const perKeyOf = ({ perKey = 2 }: ListsOptions): number => perKey;

/** Add it to `createScheduler({ modules })`. Each workspace stores its key with `PUT /admin/workspaces/:id/keys/members`. Throws INVALID_CONFIG. */
export const lists = (options: ListsOptions = {}): ModuleDefinition<Lists> => {
  checkOptions('INVALID_CONFIG', 'lists', options, LIST_RULES);
  const { keepDays = null, maxMembers = 5_000_000, maxUploadBytes = GIB } = options;
  return defineModule<ListsState>({
    name: 'lists',
    description: 'Batch lists: audiences imported from a members API or a file',
    migrations: new URL('./db/migrations/', import.meta.url),
    functions: new URL('./db/functions/', import.meta.url),
    keyProviders: [MEMBERS_PROVIDER],
    errors: LIST_ERRORS,
    create: (host) => ({
      listing: createListing({ ...host, keys: host.secrets.keys, perKey: perKeyOf(options) }),
      client: clientOf(host, options),
      meters: createListMeters(),
    }),
    jobs: (host, state) => [importJob(importDeps(host, state, options)), deleteJob(host.db)],
    processes: (host, { listing }) => [
      listsUpkeep({ db: () => host.db, listing, keepDays, perKey: perKeyOf(options) }),
    ],
    jobEnds: () => ({
      watches: ({ type }) => type === IMPORT_LIST,
      onEnd: async (tx, ended) => {
        const ids = ended
          .filter(({ type, status }) => type === IMPORT_LIST && status !== 'completed')
          .map(({ id }) => id);
        if (ids.length > 0) await failListsOf(tx, ids);
      },
    }),
    adminRoutes: (host, { listing, meters }) => [
      ...adminListRoutes({ host, upload: { ...host, onStored: meters.stored, maxBytes: maxUploadBytes, maxMembers } }),
      ...operateListRoutes({ host, listing }),
    ],
    adminPages: LIST_PAGES,
    userRoutes: (host, { listing, meters }) => [
      uploadRoute({ ...host, onStored: meters.stored, maxBytes: maxUploadBytes, maxMembers }),
      ...listRoutes(listing),
      ...memberRoutes(listing),
    ],
    health: ({ db }) => listsHealth(db),
    metrics: ({ db }, registry, { meters }) => meters.register(registry, db),
    stop: (_host, { client }) => client?.close(),
  });
};

function clientOf({ clock }: ModuleHost, options: ListsOptions): MembersClient | null {
  const { membersApiUrl, membersApiStyle: style = 'page', timeoutMs = 20_000 } = options;
  if (membersApiUrl === undefined) return null;
  return createMembersClient({ baseUrl: membersApiUrl.replace(/\/+$/, ''), style, clock, timeoutMs });
}

const importDeps = (host: ModuleHost, { client, listing, meters }: ListsState, options: ListsOptions) => ({
  db: host.db,
  gates: createKeyGates(host.db, host.clock),
  keys: host.secrets.keys,
  random: systemRandom,
  client,
  listing,
  onStored: meters.stored,
  parallel: options.parallelPages ?? 4,
  concurrency: options.concurrency ?? 4,
  perKey: perKeyOf(options),
  maxMembers: options.maxMembers ?? 5_000_000,
  backoffMs: options.backoffMs ?? 500,
});
