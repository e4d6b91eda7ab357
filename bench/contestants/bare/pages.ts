// Fetches the same pages with the same number of parallel requests, parses them and discards them.
import { Agent, request } from 'undici';
import { answer, timed } from '../../support/programs/contest.js';

const { apiUrl, size, parallel } = JSON.parse(process.argv[2] ?? '{}') as {
  apiUrl: string;
  size: number;
  parallel: number;
};
const dispatcher = new Agent({ connections: parallel });
const pages = Math.ceil(size / 100);
let next = 1;
let members = 0;
const loop = async (): Promise<void> => {
  while (next <= pages) {
    const page = next++;
    const { body } = await request(`${apiUrl}/members?page=${page}&per=100&audience=everyone`, { dispatcher });
    members += ((await body.json()) as { data: unknown[] }).data.length;
  }
};
const result = await timed(size, () => Promise.all(Array.from({ length: parallel }, loop)));
if (members !== size) throw new Error(`${members} members`);
answer({ ...result, rss: [] });
