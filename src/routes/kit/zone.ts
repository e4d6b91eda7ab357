// A time zone in a request: an IANA name in any letter case, or an error that suggests what may have been meant.
import { z } from 'zod';
import { zoneNames, zoneProblem } from '../../scheduler/schedule/index.js';

export const zoneInput = z
  .string()
  .max(100)
  .transform((name, context) => {
    const zone = zoneNames.resolve(name);
    if (zone !== null) return zone;
    context.addIssue({ code: 'custom', message: zoneProblem(name) ?? 'is unknown' });
    return z.NEVER;
  })
  .meta({ description: 'An IANA name such as Europe/Berlin' });
