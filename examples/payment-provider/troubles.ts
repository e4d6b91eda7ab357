// What can go wrong with a request, so that each failure can be had by asking for it. A trouble is spent after `times` requests.
import { z } from 'zod';

export const KINDS = [
  /** Charges and never answers. */
  'silent',
  /** Charges and cuts the connection. */
  'cut',
  /** Cuts the connection before anything happens. */
  'cut_before',
  /** Charges and answers 500, which is replayed under its key. */
  'error_after',
  /** Answers 500 without charging, which is replayed under its key. */
  'error_before',
  /** Charges and answers with something that is no JSON. */
  'garbage',
  /** Too many requests: nothing happens. */
  'busy',
] as const;

export const troubleSchema = z.strictObject({
  kind: z.enum(KINDS),
  times: z.number().int().min(1).default(1),
  /** Only requests for this page. */
  page_id: z.string().optional(),
  /** Of `busy`: the header `Retry-After` in seconds; none if it is not given. */
  retry_after: z.number().int().min(0).optional(),
});

export type Trouble = z.output<typeof troubleSchema>;

export interface Troubles {
  add(trouble: z.input<typeof troubleSchema>): void;
  /** The trouble of this request; it counts. */
  take(pageId: string | undefined): Trouble | null;
  clear(): void;
}

export function createTroubles(): Troubles {
  let waiting: { trouble: Trouble; left: number }[] = [];
  return {
    add: (given) => {
      const trouble = troubleSchema.parse(given);
      waiting.push({ trouble, left: trouble.times });
    },
    take: (pageId) => {
      const found = waiting.find(({ trouble: { page_id } }) => page_id === undefined || page_id === pageId);
      if (!found) return null;
      found.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return found.trouble;
    },
    clear: () => void (waiting = []),
  };
}
