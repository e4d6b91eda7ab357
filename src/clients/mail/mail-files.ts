// For development: writes mails as `.eml` files to a directory. Nothing is sent.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { toError } from '../../base/errors.js';
import { systemClock, type Clock } from '../../base/clock.js';
import { mailOf } from './mail-of.js';
import { outcome } from './outcomes.js';
import type { Transport } from './transport.js';

const FOLDER = path.join('.punctual', 'mail');

/** Default: `.punctual/mail` in the working directory, created if it is missing. Logs a warning that nothing is sent. */
export function mailFiles(
  folder: string = FOLDER,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Transport {
  const composer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
  });
  const target = path.resolve(folder);

  return {
    name: 'files',
    method: 'email',
    open({ logger }) {
      logger.warn('mails are written to files and not sent: set SMTP_URL to send them', { folder: target });
    },
    async send(message) {
      try {
        await mkdir(target, { recursive: true });
        const { message: source } = await composer.sendMail(mailOf(message));
        const name = `${clock.now().toISOString().replaceAll(':', '-')}-${message.id}.eml`;
        // moved into place when it is complete: a mail program may be watching the directory
        await writeFile(path.join(target, `.${name}`), source as Buffer);
        await rename(path.join(target, `.${name}`), path.join(target, name));
        return outcome('accepted', { response: `written to ${path.join(folder, name)}` });
      } catch (thrown) {
        return outcome('deferred', { error: toError(thrown).message, serverTrouble: true });
      }
    },
    async close() {
      composer.close();
    },
  };
}
