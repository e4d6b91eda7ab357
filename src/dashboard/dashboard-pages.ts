// Serves the client: its page at the mount and below `/ui`, its assets at `/ui/assets`. They hold no data.
import { fileURLToPath } from 'node:url';
import { Router, type Request, type Response } from 'express';
import { clientFolder } from './client-folder.js';
import { createClientFiles, type Asset } from './client-files.js';
import { CONTENT_SECURITY_POLICY, NOT_BUILT, NOT_SIGNED_IN, pageAt } from './page.js';

export interface DashboardOptions {
  /** The path at which browsers reach the router, if it differs from the mount path. */
  readonly baseOf: (request: Request) => string;
  /** Whether to send the page to this caller. An error is passed to the router. Default: send it to everyone. */
  readonly admits?: (request: Request, response: Response) => Promise<boolean>;
  /** Addresses below `/ui` that belong to the API. */
  readonly apiPaths: ReadonlySet<string>;
  /** Default: where the build puts it. */
  readonly folder?: string;
}

const IMMUTABLE = 'public, max-age=31536000, immutable';
const ASSETS = '/ui/assets/';
const PAGE = /^\/(ui(\/.*)?)?$/;

/** Mounted before authentication; requests for anything else are passed on. */
export function dashboardPages({ baseOf, admits, apiPaths, folder }: DashboardOptions): Router {
  const files = createClientFiles(folder ?? fileURLToPath(clientFolder()));

  const sendAsset = async (request: Request, response: Response): Promise<void> => {
    const asset = (await files.current())?.assets.get(request.path.slice(ASSETS.length));
    if (asset === undefined) return void response.status(404).type('text').send('There is no such file.\n');
    response.set({ 'Cache-Control': IMMUTABLE, 'Content-Type': asset.type, Vary: 'Accept-Encoding' });
    response.send(encodedFor(request, response, asset));
  };

  const sendPage = async (request: Request, response: Response): Promise<void> => {
    if (admits && !(await admits(request, response))) return sendHtml(response, 401, NOT_SIGNED_IN);
    const client = await files.current();
    if (client === null) return sendHtml(response, 503, NOT_BUILT);
    sendHtml(response, 200, pageAt(client.html, baseOf(request)));
  };

  const router = Router();
  router.use((request, response, next) => {
    const { method, path } = request;
    const isAsset = path.startsWith(ASSETS);
    if ((method !== 'GET' && method !== 'HEAD') || apiPaths.has(path) || !(isAsset || PAGE.test(path))) return next();
    response.set({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'X-Frame-Options': 'DENY' });
    const sending = isAsset ? sendAsset(request, response) : sendPage(request, response);
    sending.catch(next);
  });
  return router;
}

const sendHtml = (response: Response, status: number, html: string): void =>
  void response.status(status).type('html').send(html);

function encodedFor(request: Request, response: Response, { body, gzipped }: Asset): Buffer {
  if (gzipped === null || request.acceptsEncodings('gzip') !== 'gzip') return body;
  response.set('Content-Encoding', 'gzip');
  return gzipped;
}
