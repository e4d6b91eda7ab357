// Notifications in the environment: when they are enabled, and what is missing or does not fit together.
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/base/config/config.js';

const SMTP = { SMTP_URL: 'smtps://user:secret@mail.example.com', MAIL_FROM: 'Shop <no-reply@shop.example>' };
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db/app',
  ADMIN_TOKEN: 'a-token-of-the-admin',
  SUBSCRIPTION_WORKER_URL: 'https://worker.example.com',
};
const mailOf = (env: Record<string, string>) => loadConfig(env).modules.notifications;

describe('notifications', () => {
  it('are enabled in development, and where there is a mail server', () => {
    expect(mailOf({})).toMatchObject({ smtpUrls: [], concurrency: 5, ratePerS: 50, keepDays: 90 });
    expect(mailOf({ NOTIFICATIONS_ENABLED: 'false' })).toBeNull();
    expect(mailOf(PRODUCTION)).toBeNull();
    expect(mailOf({ ...PRODUCTION, ...SMTP })).toMatchObject({ smtpUrls: [SMTP.SMTP_URL], from: SMTP.MAIL_FROM });
  });

  it.each([
    [{ ...PRODUCTION, NOTIFICATIONS_ENABLED: 'true' }, 'SMTP_URL must be set in production'],
    [{ SMTP_URL: SMTP.SMTP_URL }, 'MAIL_FROM must be set if SMTP_URL is'],
    [{ ...SMTP, SMTP_URL: 'https://mail.example.com' }, 'SMTP_URL must be a URL that begins with `smtp://`'],
    [{ ...SMTP, DKIM_SELECTOR: 's1' }, 'DKIM_PRIVATE_KEY must be set as well'],
    [{ ...SMTP, MAIL_FROM: 'Shop' }, 'MAIL_FROM must be a mail address'],
    [{ NOTIFY_EVENT_SECRETS: 'someone:secret' }, 'NOTIFY_EVENT_SECRETS must be `provider:secret`'],
  ])('of %j are refused', (env, message) => {
    expect(() => loadConfig(env)).toThrow(message);
  });

  it('take several servers, gateways, no limit, and a key on one line', () => {
    const key = '-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----';
    const env = {
      ...SMTP,
      SMTP_URL: 'smtp://a.example,smtp://b.example',
      NOTIFY_RATE_PER_S: '0',
      SMS_GATEWAY_URL: 'https://sms.example',
    };
    expect(
      mailOf({ ...env, DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: key, NOTIFY_EVENT_SECRETS: 'ses:arn:aws:1' }),
    ).toMatchObject({
      smtpUrls: ['smtp://a.example', 'smtp://b.example'],
      ratePerS: null,
      gateways: [{ method: 'sms', url: 'https://sms.example', token: null }],
      dkim: { domain: 'shop.example', selector: 's1', privateKey: key.replaceAll('\\n', '\n') },
      eventSecrets: { ses: 'arn:aws:1' },
    });
  });
});
