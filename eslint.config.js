import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const clockRule = {
  'no-restricted-syntax': [
    'error',
    {
      selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
      message: 'Take a Clock from base/clock.ts.',
    },
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take a Clock from base/clock.ts.' },
  ],
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'bench/node_modules',
      'bench/results',
      'coverage',
      '.punctual',
      'test/data',
      'test/package/bare-host',
      'packages/dashboard/src/api/schema.d.ts',
      'packages/dashboard/vite.config.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', module: 'writable' },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/require-await': 'off',
      // objects are made by createX(deps) and close over their state: none of their methods has a `this`
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/**/*.ts'], ignores: ['src/base/clock.ts'], rules: clockRule },
  {
    files: ['packages/dashboard/src/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: './packages/dashboard/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['packages/dashboard/src/**/*.{ts,tsx}'],
    ignores: ['packages/dashboard/src/time/clock.ts'],
    rules: clockRule,
  },
  {
    // a statement with `{schema}` needs a Db: only the door of a host's own transaction takes a Queryable
    files: ['src/db/**/*.ts', 'src/modules/**/*.ts', 'src/subscriptions/**/*.ts'],
    ignores: ['src/db/database.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/database.js', '**/public.js'],
              importNames: ['Queryable'],
              message: 'Take a Db: it knows the schema.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/cli/**', 'examples/**', 'bench/**', 'scripts/**', 'packages/dashboard/build/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**', 'bench/**', 'examples/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.js', '**/*.cjs', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
