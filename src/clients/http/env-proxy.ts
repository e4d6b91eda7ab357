// Whether the environment names a proxy for a URL: http_proxy, https_proxy, all_proxy and no_proxy as curl and axios read them.

export type Environment = Readonly<Record<string, string | undefined>>;

const read = (env: Environment, name: string): string => env[name] || env[name.toUpperCase()] || '';

function exempts(entry: string, hostname: string, port: string): boolean {
  const [, host = entry, onlyPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (!/^[.*]/.test(host)) return hostname === host;
  return hostname.endsWith(host.replace(/^\*/, ''));
}

/** True if the environment says that a request to `url` goes through a proxy. */
export function isProxiedByEnv(url: URL, env: Environment): boolean {
  const scheme = url.protocol.slice(0, -1);
  if (!read(env, `${scheme}_proxy`) && !read(env, 'all_proxy')) return false;
  const noProxy = read(env, 'no_proxy').toLowerCase();
  if (noProxy === '*') return false;
  const port = url.port || (scheme === 'https' ? '443' : '80');
  return !noProxy.split(/[,\s]/).some((entry) => entry !== '' && exempts(entry, url.hostname, port));
}

/** True if the environment names any proxy. */
export const namesProxy = (env: Environment): boolean =>
  ['http_proxy', 'https_proxy', 'all_proxy'].some((name) => read(env, name) !== '');
