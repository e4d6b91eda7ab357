// Prints what each page costs to load, gzipped, and fails when the first page is above its limit.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 90;
const ENTRY = 'index.html';
const FIRST_PAGE = 'src/pages/overview/overview-page.tsx';

/** All files that a chunk needs: its own, its styles, and those of everything it imports. */
function filesOf(manifest, key, found = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`the build has no ${key}`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const file of chunk.css ?? []) found.add(file);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, found);
  return found;
}

/** Throws when JavaScript and CSS of the first page, gzipped, exceed the limit. */
export async function checkSizes(dist) {
  const manifest = JSON.parse(await readFile(path.join(dist, 'manifest.json'), 'utf8'));
  const sizes = new Map();
  const sizeOf = async (files) => {
    let total = 0;
    for (const file of files) {
      if (!sizes.has(file)) sizes.set(file, gzipSync(await readFile(path.join(dist, file))).length);
      total += sizes.get(file);
    }
    return total / 1000;
  };
  const frame = filesOf(manifest, ENTRY);
  const lines = [['frame', await sizeOf(frame)]];
  const pages = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
  for (const page of pages.sort()) lines.push([page, await sizeOf(new Set([...frame, ...filesOf(manifest, page)]))]);
  console.log('dashboard, kB gzipped to load each page first:');
  for (const [name, kb] of lines) console.log(`  ${kb.toFixed(1).padStart(6)}  ${name}`);
  const first = lines.find(([name]) => name === FIRST_PAGE);
  if (first === undefined) throw new Error(`the build has no page ${FIRST_PAGE}`);
  if (first[1] > LIMIT_KB)
    throw new Error(`the first page has ${first[1].toFixed(1)} kB; at most ${LIMIT_KB} are allowed`);
}
