// Tests that need a browser say so when they are left out.
import { describe } from '@jest/globals';
import { findChromium } from './chromium.js';

/** A `describe` that is skipped, by a name that says why, on a machine without a browser. */
export const describeInBrowser: (name: string, tests: () => void) => void =
  findChromium() === null
    ? (name, tests) => describe.skip(`${name} (skipped: Chromium is not installed)`, tests)
    : (name, tests) => describe(name, tests);
