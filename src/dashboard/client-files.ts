// The built client in memory: its page and its assets, compressed once. Requests look up entries of a map, never a path on disk.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** null: it would not be smaller. */
  readonly gzipped: Buffer | null;
}

export interface Client {
  /** The page as it was built. */
  readonly html: string;
  /** By file name. */
  readonly assets: ReadonlyMap<string, Asset>;
}

export interface ClientFiles {
  /** Reads them again when they are newer; null: the client has not been built. */
  current(): Promise<Client | null>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};

/** Fonts, pictures and other files of the client. */
const OTHER = 'application/octet-stream';

async function readAsset(file: string): Promise<Asset> {
  const body = await readFile(file);
  const type = TYPES[path.extname(file)] ?? OTHER;
  const gzipped = await compress(body, { level: 9 });
  return { type, body, gzipped: gzipped.length < body.length ? gzipped : null };
}

async function readClient(folder: string): Promise<Client> {
  const html = await readFile(path.join(folder, 'index.html'), 'utf8');
  const entries = await readdir(path.join(folder, 'assets'), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const assets = names.map(async (name) => [name, await readAsset(path.join(folder, 'assets', name))] as const);
  return { html, assets: new Map(await Promise.all(assets)) };
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Each request for the page checks the time of `index.html`, which is written last, so that a new build appears without a restart. */
export function createClientFiles(folder: string): ClientFiles {
  let known: { readonly builtMs: number; readonly client: Promise<Client> } | null = null;
  return {
    async current() {
      try {
        const { mtimeMs } = await stat(path.join(folder, 'index.html'));
        if (known?.builtMs !== mtimeMs) known = { builtMs: mtimeMs, client: readClient(folder) };
        return await known.client;
      } catch (error) {
        known = null;
        if (isAbsent(error)) return null;
        throw error;
      }
    },
  };
}
