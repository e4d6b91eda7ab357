// What the peers' programs share.
import http from 'node:http';
import axios from 'axios';

/** A module of bench/node_modules, which is not there when the rest is checked. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const load = (name: string): Promise<any> => import(name);

/** The client that such a worker would have: axios as it comes, connections kept. */
export function poster(receiverUrl: string): (data: unknown) => Promise<unknown> {
  const client = axios.create({ httpAgent: new http.Agent({ keepAlive: true }) });
  return (data) => client.post(`${receiverUrl}/process`, data);
}

/** Counts calls and resolves when so many are done. */
export function counter(): { done(): void; reached(count: number): Promise<void> } {
  let calls = 0;
  let goal = Infinity;
  let resolve = (): void => {};
  return {
    done() {
      calls += 1;
      if (calls >= goal) resolve();
    },
    reached(count) {
      goal = calls + count;
      return new Promise((resolve_) => (resolve = resolve_));
    },
  };
}
