// A time zone in a request: an IANA name in any letter case, or a refusal that says what may have been meant.
import { z } from 'zod';
import { zoneNames } from '../../scheduler/schedule/index.js';

const refusal = (name: string): string => {
  const meant = zoneNames.suggest(name);
  return `must be an IANA time zone name such as Europe/Berlin${meant === null ? '' : `: did you mean ${meant}?`}`;
};

export const zoneInput = z
  .string()
  .max(100)
  .transform((name, context) => {
    const zone = zoneNames.resolve(name);
    if (zone !== null) return zone;
    context.addIssue({ code: 'custom', message: refusal(name) });
    return z.NEVER;
  })
  .meta({ description: 'An IANA name such as Europe/Berlin' });
