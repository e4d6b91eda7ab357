// Helpers for the programs of the peers.
import http from 'node:http';
import axios from 'axios';

/** Loads a module from bench/node_modules, which may not be installed when this file is type-checked. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const load = (name: string): Promise<any> => import(name);

/** The HTTP client that such a worker would use: axios with default settings and keep-alive connections. */
export function poster(receiverUrl: string): (data: unknown) => Promise<unknown> {
  const client = axios.create({ httpAgent: new http.Agent({ keepAlive: true }) });
  return (data) => client.post(`${receiverUrl}/process`, data);
}

/** Counts calls; `reached` resolves after the given number of further calls. */
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
