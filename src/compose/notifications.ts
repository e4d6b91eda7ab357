// From the server's configuration to the notifications module: its transports, in order.
import type { GatewayConfig, NotificationsConfig } from '../base/config/config-notifications.js';
import { gateway, mailFiles, notifications, smtp, type Transport } from '../modules/notifications/index.js';
import type { AnyModule } from '../scheduler/modules/index.js';

/** How often each process logs what it has sent. */
const METRICS_EVERY_S = 60;

/** Pure; nothing is connected yet. Throws INVALID_CONFIG for an invalid URL. */
export function notificationsFor(config: NotificationsConfig): AnyModule {
  const { smtpUrls, dkim, gateways, replyTo, publicUrl, digestSummary: _, ...rest } = config;
  return notifications({
    ...rest,
    logMetricsEveryS: METRICS_EVERY_S,
    ...(replyTo === null ? {} : { replyTo }),
    ...(publicUrl === null ? {} : { publicUrl }),
    transports: [...mailTransports(smtpUrls, dkim), ...gateways.map(gatewayOf)],
  });
}

/** Several on one host are distinguished by a number. */
function mailTransports(urls: readonly string[], dkim: NotificationsConfig['dkim']): readonly Transport[] {
  if (urls.length === 0) return [mailFiles()];
  const signed = dkim === null ? {} : { dkim };
  const first = urls.map((url) => smtp(url, signed));
  return first.map((transport, index) => {
    const isTwin = first.findIndex(({ name }) => name === transport.name) !== index;
    return isTwin ? smtp(urls[index] as string, { ...signed, name: `${transport.name}#${index + 1}` }) : transport;
  });
}

const gatewayOf = ({ method, url, token }: GatewayConfig): Transport =>
  gateway(method, { url, ...(token === null ? {} : { token }) });
