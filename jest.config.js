/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^punctual$': '<rootDir>/src/index.ts',
    '^punctual/express$': '<rootDir>/src/routes/index.ts',
    '^punctual/(digests|enrichment|notifications|webhooks)$': '<rootDir>/src/modules/$1/index.ts',
    '^punctual/testing$': '<rootDir>/src/scheduler/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  globalSetup: '<rootDir>/test/support/test-run/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/test-run/global-teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
};
