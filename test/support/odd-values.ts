// Values that callers hand in by mistake, for options that expect something else.

/** By name, so that a failure says which. */
export const ODD_VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  NaN: NaN,
  Infinity,
  '-Infinity': -Infinity,
  '-1': -1,
  '0': 0,
  '1.5': 1.5,
  '1e12': 1e12,
  '1e300': 1e300,
  'a bigint': 5n,
  'a number as text': '5',
  'an empty text': '',
  'a text with NUL': 'a\0b',
  'a lone surrogate': 'a\ud800',
  'a huge text': 'x'.repeat(400_000),
  true: true,
  'a list': [],
  'a list of oddities': [NaN, null, '\0', {}],
  'an object': {},
  'an object with a typo': { nmae: 'x' },
  'an object without a prototype': Object.create(null),
  'a function': () => {},
  'a symbol': Symbol('odd'),
  'an invalid date': new Date(NaN),
  'the last date of JavaScript': new Date(8.64e15),
};

/** Names of options that nobody has, near to ones that somebody has, and of what every object has. */
export const misspelled = (name: string): readonly string[] => [
  `${name}s`,
  name.toUpperCase(),
  'constructor',
  '__proto',
];
