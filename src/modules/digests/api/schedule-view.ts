// A digest schedule as shown to its owner: with every default filled in, and in words.
import { describeSchedule, parseSchedule } from '../../../scheduler/public.js';
import type { ScheduleRow } from '../db/read-schedules.js';
import { DEFAULTS, MOST_UPDATES } from '../options.js';
import { RULE_DEFAULTS, ruleOf, shortTime, toSchedule, type DigestRule } from '../schedule/digest-rule.js';

export interface DigestSchedule {
  readonly id: string;
  readonly recipientId: string;
  readonly groupId: string;
  readonly frequency: string;
  readonly deliveryTime: string;
  readonly deliveryDay: number | null;
  readonly timezone: string;
  /** No zone was chosen: it follows the recipient's zone. */
  readonly timezoneFollowsRecipient: boolean;
  readonly isActive: boolean;
  readonly maxUpdatesPerDigest: number;
  readonly includeContentTypes: readonly string[] | null;
  readonly dstGap: string;
  readonly dstOverlap: string;
  readonly monthEnd: string;
  readonly misfire: string;
  readonly lastDigestSent: Date | null;
  readonly nextDigestScheduled: Date | null;
  /** Null: the row is invalid, and sends no digest. */
  readonly description: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** Pure. Null for a row that the host's own SQL has made invalid. */
export function readableRule(row: Readonly<Record<string, unknown>>): DigestRule | null {
  try {
    const rule = ruleOf(row);
    parseSchedule(toSchedule(rule));
    return rule;
  } catch {
    return null;
  }
}

/** Pure. */
export const wantedUpdates = (most: number | null): number =>
  Math.min(Math.max(most ?? DEFAULTS.maxUpdates, 1), MOST_UPDATES);

/** Pure. Null: all types. */
export const wantedTypes = (types: unknown): readonly string[] | null =>
  Array.isArray(types) && types.length > 0 ? types.map(String) : null;

/** Pure. */
export function scheduleView(row: ScheduleRow, now: Date): DigestSchedule {
  const rule = readableRule(row);
  return {
    id: row.id,
    recipientId: row.recipient_id,
    groupId: row.group_id,
    frequency: row.frequency ?? RULE_DEFAULTS.frequency,
    deliveryTime: shortTime(row.delivery_time ?? RULE_DEFAULTS.delivery_time),
    deliveryDay: rule === null ? row.delivery_day : rule.delivery_day,
    timezone: row.timezone ?? 'UTC',
    timezoneFollowsRecipient: row.timezone_follows === true,
    isActive: row.is_active === true,
    maxUpdatesPerDigest: wantedUpdates(row.max_updates_per_digest),
    includeContentTypes: wantedTypes(row.include_content_types),
    dstGap: row.dst_gap ?? RULE_DEFAULTS.dst_gap,
    dstOverlap: row.dst_overlap ?? RULE_DEFAULTS.dst_overlap,
    monthEnd: row.month_end ?? RULE_DEFAULTS.month_end,
    misfire: row.misfire ?? RULE_DEFAULTS.misfire,
    lastDigestSent: row.last_digest_sent,
    nextDigestScheduled: row.is_active === true ? row.next_digest_scheduled : null,
    description: rule === null ? null : describeSchedule(toSchedule(rule), { after: now }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
