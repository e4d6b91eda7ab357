// A bare loop of parallel POSTs through axios: the cost of the calls alone in a drain.
import http from 'node:http';
import axios, { type AxiosInstance } from 'axios';
import { createUndiciAdapter } from '../../../src/clients/http/undici-adapter.js';
import { answer, contestInput, timed, type ContestInput } from '../../support/programs/contest.js';

const { adapter, ...input } = contestInput() as ContestInput & { adapter: 'http' | 'undici' };

const CLIENTS: Readonly<Record<typeof adapter, () => AxiosInstance>> = {
  http: () =>
    axios.create({ adapter: 'http', httpAgent: new http.Agent({ keepAlive: true, maxSockets: input.parallel }) }),
  undici: () => axios.create({ adapter: createUndiciAdapter({ connections: input.parallel }).adapter }),
};

const client = CLIENTS[adapter]();
const url = `${input.receiverUrl}/process`;

async function post(count: number): Promise<void> {
  let left = count;
  const loop = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await client.post(url, { subscriptionId: `sub-${left}`, userId: `user-${left}` });
    }
  };
  await Promise.all(Array.from({ length: input.parallel }, loop));
}

await post(input.warmUp);
answer(await timed(input.count, () => post(input.count)));
