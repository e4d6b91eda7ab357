// An entry of a notification's log as the API shows it, to operators and to users: what the server said, never what was sent.
import { z } from 'zod';
import { time } from '../../../routes/index.js';

export const attemptSchema = z
  .object({
    at: time,
    attempt: z.number().meta({ description: '0: before the first' }),
    status: z.string(),
    transport: z.string().nullable(),
    response_code: z.number().nullable(),
    response: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'DeliveryAttempt' });
