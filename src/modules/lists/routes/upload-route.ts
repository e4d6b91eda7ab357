// POST /api/batch-lists/csv: a list from a file, stored while it arrives.
import { z } from 'zod';
import type { Readable } from 'node:stream';
import { route, type Call, type Reply, type Route } from '../../../routes/index.js';
import { receiveCsv, type ReceiveDeps, type Upload } from '../csv/receive-csv.js';
import type { Owner } from '../db/lists.js';
import { fileOf } from '../csv/upload-body.js';
import { about, accepted, ownerOf } from './list-routes.js';

export const uploadHeaders = z.object({
  'content-type': z.string({ error: 'must be text/csv or multipart/form-data' }).max(500),
  'content-encoding': z.string().max(100).optional(),
});

export const uploadRoute = (deps: ReceiveDeps): Route =>
  route({
    method: 'post',
    path: '/batch-lists/csv',
    id: 'uploadBatchList',
    tag: 'Batch lists',
    summary: 'Create a list from a CSV file; its header names email, name and id in any order',
    headers: uploadHeaders,
    query: z.strictObject(about),
    rawBody: ['text/csv', 'multipart/form-data'],
    responses: {
      202: { description: 'The list', schema: accepted },
      400: { description: 'The file cannot be read; no part of it was stored' },
    },
    handle: ({ query, headers }, call) => upload(deps, ownerOf(call), query, headers, call),
  });

/** Stores the body of the call as a list of the owner. */
export async function upload(
  deps: ReceiveDeps,
  owner: Owner,
  about: Omit<Upload, 'file'>,
  { 'content-type': contentType, 'content-encoding': contentEncoding }: z.output<typeof uploadHeaders>,
  call: Call,
): Promise<Reply> {
  const raw = call.rawBody as Readable;
  const receive = async (): Promise<string> => {
    const file = await fileOf(raw, { contentType, contentEncoding });
    return receiveCsv(deps, owner, { ...about, file });
  };
  // the rest of a refused body is read and discarded, so that the connection can be reused
  const id = await receive().catch((error: unknown) => {
    raw.unpipe().resume();
    throw error;
  });
  const body = { id, job_id: null, status: 'completed' as const };
  return { status: 202, headers: { Location: `${call.base}/batch-lists/${id}` }, body };
}
