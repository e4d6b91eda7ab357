// An SMTP server in its own process that accepts every mail, at once or after `latencyMs`. It ends when its parent does.
import { createServer, type AddressInfo } from 'node:net';

const { latencyMs } = JSON.parse(process.argv[2] ?? '{}') as { latencyMs: number };
const END = '\r\n.\r\n';

const replyTo = (line: string): string =>
  /^EHLO/i.test(line)
    ? '250-bench\r\n250 PIPELINING'
    : /^DATA/i.test(line)
      ? '354 go on'
      : /^QUIT/i.test(line)
        ? '221 bye'
        : '250 ok';

const server = createServer((socket) => {
  let gathered = '';
  let inMessage = false;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.write('220 bench ESMTP\r\n');
  socket.on('data', (chunk: Buffer) => {
    gathered += chunk.toString('latin1');
    for (;;) {
      const end = gathered.indexOf(inMessage ? END : '\r\n');
      if (end === -1) return;
      const line = gathered.slice(0, end);
      gathered = gathered.slice(end + (inMessage ? END.length : 2));
      if (inMessage) {
        inMessage = false;
        if (latencyMs === 0) socket.write('250 accepted\r\n');
        else setTimeout(() => socket.write('250 accepted\r\n'), latencyMs);
        continue;
      }
      inMessage = /^DATA/i.test(line);
      socket.write(`${replyTo(line)}\r\n`);
    }
  });
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
process.on('disconnect', () => process.exit(0));
