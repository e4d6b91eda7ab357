// The package's manifest: what it exports is found by every way that TypeScript resolves modules.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

it('names the types of each entry point for moduleResolution node10 as well', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  const entries = Object.entries(manifest.exports).filter(([path, to]) => path !== '.' && typeof to === 'object');
  const types = entries.map(([path, to]) => [path.slice(2), [(to as { types: string }).types]]);
  expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(types) });
});
