// The checks in the order in which they are made: each comes after those that it depends on.
import type { AnyCheck } from '../check.js';
import { connection } from './database/connection.js';
import { directConnection } from './database/direct-connection.js';
import { hostTables } from './database/host-tables.js';
import { indexes } from './database/indexes.js';
import { isolation } from './database/isolation.js';
import { migrationsCheck } from './database/migrations.js';
import { permissions } from './database/permissions.js';
import { userRole } from './database/user-role.js';
import { bloat } from './health/bloat.js';
import { clock } from './health/clock.js';
import { encryptionKeys } from './health/encryption-keys.js';
import { snapshots } from './health/snapshots.js';
import { timeZones } from './health/time-zones.js';
import { billingPortal } from './outside/billing-portal.js';
import { dkim } from './outside/dkim.js';
import { mailEvents } from './outside/mail-events.js';
import { slack } from './outside/slack.js';
import { smtp } from './outside/smtp.js';
import { stripe } from './outside/stripe.js';
import { unsubscribeLinks } from './outside/unsubscribe-links.js';

export const checks: readonly AnyCheck[] = [
  connection,
  directConnection,
  isolation,
  clock,
  timeZones,
  migrationsCheck,
  permissions,
  indexes,
  hostTables,
  userRole,
  snapshots,
  bloat,
  encryptionKeys,
  smtp,
  dkim,
  mailEvents,
  unsubscribeLinks,
  stripe,
  slack,
  billingPortal,
];
