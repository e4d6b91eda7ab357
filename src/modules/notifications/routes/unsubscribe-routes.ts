// Unsubscribing without a login: one click of a mail client (RFC 8058), or a page with a button.
import { z } from 'zod';
import { isSchedulerError } from '../../../scheduler/public.js';
import { route, wholeBody, type Reply, type Route } from '../../../routes/index.js';
import type { Unsubscribing } from '../recipients/unsubscribe.js';
import { LONGEST_TOKEN } from '../unsubscribe-token.js';
import { askPage, donePage, invalidPage, PAGE_HEADERS } from '../recipients/unsubscribe-page.js';

const MOST_BYTES = 16_384;
const params = z.strictObject({ token: z.string().min(1).max(LONGEST_TOKEN) });
const headers = z.object({ accept: z.string().max(1_000).optional() });
const html = (status: number, text: string): Reply => ({ status, headers: PAGE_HEADERS, text });
const page = { contentType: 'text/html' };
const NOT_VALID = { 404: { description: 'The link is not valid', ...page } };

/** Under `/api`. */
export const unsubscribeRoutes = (unsubscribing: Unsubscribing): Route[] => [
  route({
    method: 'get',
    path: '/notifications/unsubscribe/:token',
    id: 'showUnsubscribe',
    tag: 'Notifications',
    summary: 'A page with a button; changes nothing, because mail scanners follow links',
    params,
    responses: { 200: { description: 'The page', ...page }, ...NOT_VALID },
    handle: ({ params: { token } }) => orInvalid(() => html(200, askPage(unsubscribing.read(token)))),
  }),
  route({
    method: 'post',
    path: '/notifications/unsubscribe/:token',
    id: 'unsubscribe',
    tag: 'Notifications',
    summary: 'Unsubscribe the address of a link from its category; needs no login and may be repeated',
    params,
    headers,
    // `List-Unsubscribe=One-Click` from a mail client, or nothing: the content does not matter
    rawBody: ['application/x-www-form-urlencoded', 'multipart/form-data'],
    responses: {
      200: { description: 'Unsubscribed; HTML for a browser', schema: z.object({ success: z.literal(true) }) },
      ...NOT_VALID,
    },
    handle: async ({ params: { token }, headers: { accept } }, call) => {
      await wholeBody(call, MOST_BYTES);
      const browser = /\btext\/html\b/.test(accept ?? '');
      const work = async (): Promise<Reply> => {
        const claim = await unsubscribing.unsubscribe(token);
        return browser ? html(200, donePage(claim)) : { status: 200, body: { success: true } };
      };
      return browser ? orInvalid(work) : work();
    },
  }),
];

/** A person needs a page rather than a problem document. */
async function orInvalid(work: () => Promise<Reply> | Reply): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (isSchedulerError(error) && error.kind === 'not_found') return html(404, invalidPage());
    throw error;
  }
}
