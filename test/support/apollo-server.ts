// A local server that answers as an Apollo-like enrichment API does: found, unknown, refused, busy, broken.
import { startServer, type RunningServer } from './http-server.js';

export interface ApolloCall {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}

export interface ApolloServer extends RunningServer {
  readonly calls: readonly ApolloCall[];
  /** What the next calls are answered with, in place of what the server knows. */
  script(...answers: { status: number; headers?: Record<string, string>; body?: string }[]): void;
}

const ORGANIZATION = {
  name: 'Example Ltd',
  primary_domain: 'example.com',
  website_url: 'https://example.com',
  linkedin_url: 'https://linkedin.example/company/example',
  industry: 'tools',
  estimated_num_employees: 42,
  country: 'Iceland',
};

const KNOWN_PEOPLE: Readonly<Record<string, object>> = {
  'ada@example.com': {
    first_name: 'Ada',
    last_name: 'Jónsdóttir',
    title: 'Engineer',
    email: 'ada@example.com',
    phone_numbers: [{ sanitized_number: '+3545550100' }],
    organization: ORGANIZATION,
  },
};

function answerOf({ method, path, key, body }: ApolloCall, goodKey: string): { status: number; body: string } {
  const reply = (status: number, value: unknown) => ({ status, body: JSON.stringify(value) });
  if (key !== goodKey) return reply(401, { error: 'Invalid access credentials.' });
  const url = new URL(path, 'http://localhost');
  if (method === 'GET' && url.pathname === '/organizations/enrich') {
    return url.searchParams.get('domain') === 'example.com'
      ? reply(200, { organization: ORGANIZATION })
      : reply(200, {});
  }
  if (method === 'POST' && url.pathname === '/people/match') {
    const { email } = JSON.parse(body) as { email?: string };
    if (email === undefined) return reply(422, { error: 'email is missing' });
    return reply(200, { person: KNOWN_PEOPLE[email] ?? null });
  }
  return reply(404, { error: 'no such route' });
}

/** Knows the company example.com and ada@example.com, for whoever has the key. */
export async function startApolloServer(goodKey: string): Promise<ApolloServer> {
  const calls: ApolloCall[] = [];
  const scripted: { status: number; headers?: Record<string, string>; body?: string }[] = [];
  const server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = {
        method: request.method ?? '',
        path: request.url ?? '',
        key: request.headers['x-api-key'] as string | undefined,
        body: Buffer.concat(chunks).toString(),
      };
      calls.push(call);
      const {
        status,
        body,
        headers = {},
      } = { headers: {}, body: '', ...(scripted.shift() ?? answerOf(call, goodKey)) };
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  });
  return { ...server, calls, script: (...answers) => void scripted.push(...answers) };
}
