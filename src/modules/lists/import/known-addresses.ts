// Addresses that may already be in a list, remembered by its only writer in scalable Bloom filters (Almeida et al., 2007), so that millions
// of addresses take a few megabytes. Most members are certainly new, and need not be looked up in the database.

export interface KnownAddresses {
  /** False: certainly not in the list so far. True: it may be. The key counts as stored afterwards. */
  mayHave(key: string): boolean;
}

/** For a list with other writers: nothing is certain. */
export const NOTHING_CERTAIN: KnownAddresses = { mayHave: () => true };

/** A block is one cache line of the processor: a key touches only one. */
const BLOCK_WORDS = 16;
const BITS_A_KEY = 16;
const FIRST_WORDS = 1 << 12;
/** 4 MiB, for two million addresses; beyond that, more addresses are looked up, and nothing else changes. */
const MOST_WORDS = 1 << 20;
/** Every filter is checked: a list of half a million has three. */
const GROWTH = 8;
const PROBES = 4;

interface Filter {
  readonly words: Uint32Array;
  left: number;
}

const filterOf = (words: number): Filter => ({ words: new Uint32Array(words), left: (words * 32) / BITS_A_KEY });

/** For a list that is empty. */
export function createKnownAddresses(): KnownAddresses {
  const filters = [filterOf(FIRST_WORDS)];

  const roomy = (): Filter => {
    const last = filters.at(-1) as Filter;
    if (last.left > 0 || last.words.length >= MOST_WORDS) return last;
    const next = filterOf(Math.min(MOST_WORDS, last.words.length * GROWTH));
    filters.push(next);
    return next;
  };

  return {
    mayHave(key) {
      const [place, bits] = hashesOf(key);
      if (filters.some(({ words }) => holds(words, place, bits))) return true;
      const filter = roomy();
      filter.left -= 1;
      put(filter.words, place, bits);
      return false;
    },
  };
}

/** Two hashes of 32 bits (FNV-1a, and a second multiplier), each mixed as in MurmurHash3. */
function hashesOf(key: string): readonly [number, number] {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  return [mixed(a), mixed(b)];
}

function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One word in each quarter of the block, and a bit of it: 2 and 5 bits of the hash for each of the four probes. */
const wordAt = (words: Uint32Array, place: number, bits: number, probe: number): number =>
  (place % (words.length / BLOCK_WORDS)) * BLOCK_WORDS + probe * (BLOCK_WORDS / PROBES) + ((bits >>> (probe * 2)) & 3);

const maskAt = (bits: number, probe: number): number => 1 << ((bits >>> (8 + probe * 5)) & 31);

function holds(words: Uint32Array, place: number, bits: number): boolean {
  for (let probe = 0; probe < PROBES; probe += 1)
    if ((words[wordAt(words, place, bits, probe)]! & maskAt(bits, probe)) === 0) return false;
  return true;
}

function put(words: Uint32Array, place: number, bits: number): void {
  for (let probe = 0; probe < PROBES; probe += 1) words[wordAt(words, place, bits, probe)]! |= maskAt(bits, probe);
}
