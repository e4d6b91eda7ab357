// The listener lets requests finish, accepts nothing new, and does not wait forever.
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import { connect } from 'node:net';
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
  it('keeps idle connections for longer than balancers do', async () => {
    const { url, requested } = await start();
    const answer = fetch(url);
    (await requested).end();
    expect((await answer).headers.get('keep-alive')).toBe('timeout=75');
  });

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

  it('goes on accepting until a balancer is informed', async () => {
    const listener = await listen((_request, response) => response.end('answered'), '127.0.0.1', 0);
    open.push(listener);
    const url = `http://127.0.0.1:${listener.port}/`;
    let inform = (): void => {};
    const closed = listener.close(60_000, new Promise((resolve) => (inform = resolve)));
    const late = await fetch(url, { headers: { connection: 'close' } });
    expect(await late.text()).toBe('answered');
    inform();
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('answers what was connected and not accepted when the close began', async () => {
    const listener = await listen((_request, response) => response.end('answered'), '127.0.0.1', 0);
    open.push(listener);
    const socket = connect(listener.port, '127.0.0.1');
    await new Promise(process.nextTick); // the kernel has connected them; the listener has had no turn to accept
    const closed = listener.close(60_000);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
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
