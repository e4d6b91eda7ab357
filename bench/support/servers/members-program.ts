// A members API in its own process, whose pages are prepared in advance. It ends when its parent does.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface MembersApiInput {
  readonly size: number;
  readonly perPage: number;
  readonly latencyMs: number;
}

const { size, perPage, latencyMs } = JSON.parse(process.argv[2] ?? '{}') as MembersApiInput;
const pages = Math.ceil(size / perPage);

/** Every twentieth member has the address of the previous one, in different case. */
function memberAt(index: number): object {
  const copy = index % 20 === 19;
  const of = copy ? index - 1 : index;
  const email = `member.${of}@${of % 3 === 0 ? 'example.org' : 'Example.com'}`;
  return {
    id: `m${index}`,
    email: copy ? email.toUpperCase() : email,
    name: `Member ${index}`,
    created_at: '2026-03-01T09:00:00Z',
  };
}

function bodyOf(page: number): string {
  const from = (page - 1) * perPage;
  const count = Math.max(0, Math.min(perPage, size - from));
  const pagination = {
    current_page: page,
    total_page: pages,
    next_page: page < pages ? page + 1 : null,
    total_count: size,
  };
  return JSON.stringify({ pagination, data: Array.from({ length: count }, (_, offset) => memberAt(from + offset)) });
}

const bodies = Array.from({ length: pages }, (_, index) => bodyOf(index + 1));

const server = createServer((request, response) => {
  const page = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('page') ?? '1');
  const answer = (): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(bodies[page - 1]);
  if (latencyMs === 0) answer();
  else setTimeout(answer, latencyMs);
});
server.keepAliveTimeout = 60_000;
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
