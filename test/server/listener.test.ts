// The listener lets requests finish, accepts nothing new, and does not wait for ever.
import { afterEach, describe, expect, it } from '@jest/globals';
import http, { type ServerResponse } from 'node:http';
import { listen, type Listener } from '../../src/server/listener.js';

const open: Listener[] = [];
afterEach(() => Promise.all(open.splice(0).map((listener) => listener.close(0))));

interface Waiting {
  readonly listener: Listener;
  readonly url: string;
  /** Resolves with the response of the next request, to be ended by the test. */
  readonly requested: Promise<ServerResponse>;
}

async function start(): Promise<Waiting> {
  let tell: (response: ServerResponse) => void;
  const requested = new Promise<ServerResponse>((resolve) => (tell = resolve));
  const listener = await listen((_request, response) => tell(response), '127.0.0.1', 0);
  open.push(listener);
  return { listener, url: `http://127.0.0.1:${listener.port}/`, requested };
}

describe('listen', () => {
  it('rejects when the port is taken', async () => {
    const { listener } = await start();
    await expect(listen(() => {}, '127.0.0.1', listener.port)).rejects.toThrow(
      `cannot listen on HOST 127.0.0.1, PORT ${listener.port}: listen EADDRINUSE`,
    );
  });
});

describe('close', () => {
  it('lets a request finish and accepts no other', async () => {
    const { listener, url, requested } = await start();
    const answer = fetch(url);
    const response = await requested;
    const closed = listener.close(60_000);
    await expect(fetch(url)).rejects.toThrow();
    response.end('done');
    expect(await (await answer).text()).toBe('done');
    await closed;
  });

  it('does not wait for connections that are only kept', async () => {
    const { listener, url, requested } = await start();
    const agent = new http.Agent({ keepAlive: true });
    const answered = new Promise<void>((resolve) => {
      http.get(url, { agent }, (message) => message.resume().on('end', resolve));
    });
    (await requested).end('kept');
    await answered;
    await listener.close(60_000);
    agent.destroy();
  });

  it('answers the request that a kept connection brings while it closes', async () => {
    const listener = await listen((_request, response) => response.end('answered'), '127.0.0.1', 0);
    open.push(listener);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const request = http.get({ port: listener.port, host: '127.0.0.1', agent }, (message) =>
          message.resume().on('end', () => resolve(message.statusCode)),
        );
        request.on('error', reject);
      });
    await ask();
    const closed = listener.close(60_000);
    expect(await ask()).toBe(200);
    await closed;
    agent.destroy();
  });

  it('cuts what is not done in time', async () => {
    const { listener, url, requested } = await start();
    const answer = fetch(url);
    await requested;
    await listener.close(1);
    await expect(answer).rejects.toThrow();
  });

  it('may be called twice', async () => {
    const { listener } = await start();
    await Promise.all([listener.close(1_000), listener.close(1_000)]);
  });
});
