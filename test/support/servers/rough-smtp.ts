// An SMTP server that misbehaves on purpose: at each stage it says, keeps silent or hangs up as the test wants.
import { createServer, type AddressInfo, type Socket } from 'node:net';

export type Stage = 'connect' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'message';
/** A response, or `hang` (says nothing), or `drop` (closes the connection). */
export type Behaviour = string;

export interface RoughSmtp {
  readonly url: string;
  /** What it does at a stage; without one, what a server should. Asked anew each time. */
  behave: (stage: Stage, line: string) => Behaviour | undefined;
  /** Whole messages, whether they were accepted or not. */
  readonly messages: readonly string[];
  readonly connections: number;
  /** Connections open now. */
  readonly open: number;
  close(): Promise<void>;
}

const USUAL: Readonly<Record<Stage, string>> = {
  connect: '220 rough.test ESMTP',
  ehlo: '250 rough.test',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go on',
  message: '250 2.0.0 accepted',
};
const STAGES: readonly (readonly [RegExp, Stage])[] = [
  [/^(EHLO|HELO)/i, 'ehlo'],
  [/^MAIL FROM/i, 'mail'],
  [/^RCPT TO/i, 'rcpt'],
  [/^DATA/i, 'data'],
];

export async function startRoughSmtp(): Promise<RoughSmtp> {
  const sockets = new Set<Socket>();
  const messages: string[] = [];
  let connections = 0;
  const state = { behave: (() => undefined) as RoughSmtp['behave'] };

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let inMessage = false;
    let gathered = '';
    const act = (stage: Stage, line: string): void => {
      const wanted = state.behave(stage, line) ?? USUAL[stage];
      if (wanted === 'hang') return;
      if (wanted === 'drop') return void socket.destroy();
      if (stage === 'data' && wanted.startsWith('354')) inMessage = true;
      socket.write(`${wanted}\r\n`);
    };
    act('connect', '');
    socket.on('data', (chunk: Buffer) => {
      gathered += chunk.toString();
      for (;;) {
        const end = inMessage ? gathered.indexOf('\r\n.\r\n') : gathered.indexOf('\r\n');
        if (end === -1) return;
        const piece = gathered.slice(0, end);
        gathered = gathered.slice(end + (inMessage ? 5 : 2));
        if (inMessage) {
          inMessage = false;
          messages.push(piece);
          act('message', piece);
          continue;
        }
        if (/^QUIT/i.test(piece)) return void socket.end('221 bye\r\n');
        const stage = STAGES.find(([pattern]) => pattern.test(piece))?.[1];
        if (stage) act(stage, piece);
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    messages,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  });
}
