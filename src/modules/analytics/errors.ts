// The error codes of analytics.
import { errorsOf } from '../../scheduler/public.js';

export const ANALYTICS_ERRORS = {
  TEAM_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such team, or the caller is not a member of it.' },
} as const;

export const analyticsError = errorsOf(ANALYTICS_ERRORS);
