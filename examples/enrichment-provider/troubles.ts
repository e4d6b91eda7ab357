// Domains that bring trouble, so that each failure of a provider can be had by asking for it.

export interface Trouble {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = (value: unknown): string => JSON.stringify(value);
const failure = (status: number, error: string, headers: Record<string, string> = {}): Trouble => ({
  status,
  headers,
  body: json({ error }),
});

/** `silent`: it never answers. The fields of an answer are those of both routes: each client reads its own. */
const TROUBLES: Readonly<Record<string, Trouble | 'silent'>> = {
  'spent.example': failure(402, 'insufficient credits'),
  'locked.example': failure(403, 'the plan does not include this route'),
  'busy.example': failure(429, 'too many requests', { 'retry-after': '600' }),
  'broken.example': failure(503, 'the service is unavailable'),
  'garbage.example': { status: 200, body: '<html><body>It works!</body></html>' },
  'list.example': { status: 200, body: '[]' },
  'huge.example': { status: 200, body: json({ organization: { name: 'x'.repeat(2_000_000) } }) },
  'odd.example': {
    status: 200,
    body: json({
      organization: { name: 7, estimated_num_employees: 'many', industry: 'tools' },
      person: { first_name: false, title: 'Engineer' },
    }),
  },
  'silent.example': 'silent',
};

/** The trouble that a domain brings, if any. */
export const troubleOf = (domain: string): Trouble | 'silent' | undefined => TROUBLES[domain];
