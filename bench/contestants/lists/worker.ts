// One of several worker processes: imports lists until it is killed or its parent ends.
import { createScheduler } from '../../../src/index.js';
import { lists } from '../../../src/modules/lists/index.js';
import { ENCRYPTION_KEYS, type ListsInput } from './settings.js';

const { databaseUrl, apiUrl } = JSON.parse(process.argv[2] ?? '{}') as ListsInput;
const scheduler = createScheduler({
  ...{ databaseUrl, subscriptions: false, modules: [lists({ membersApiUrl: apiUrl })] },
  queue: { encryptionKeys: ENCRYPTION_KEYS },
});
await scheduler.start();
process.send?.('started');
process.on('disconnect', () => process.exit(0));
