// An axios adapter on undici: the same promises as axios's own (interceptors, errors, signal, limits, redirects, proxies) at less than half
// the cost a call. It delegates what it does not support (streams, forms, progress, proxies) to axios's adapter.
import http from 'node:http';
import https from 'node:https';
import axios, {
  AxiosError,
  AxiosHeaders,
  type AxiosAdapter,
  type AxiosPromise,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { Pool } from 'undici';
import { asAxiosError, canceled, timedOut, tooManyRedirects } from './adapter-errors.js';
import { LONGEST_TIMEOUT_MS } from '../../base/timing/long-timer.js';
import { decodeBody, textOf } from './decode-body.js';
import { isProxiedByEnv, namesProxy, type Environment } from './env-proxy.js';
import { Exchange, type ExchangeOwner, type HttpRequest, type HttpResponse } from './exchange.js';
import { outgoing, type UrlMemo } from './outgoing.js';
import { nextHop } from './redirects.js';

export interface UndiciAdapterOptions {
  /** The maximum number of connections to one origin; further calls wait. */
  readonly connections: number;
  /** Where proxies are named; the process's environment by default. */
  readonly env?: Environment;
  /** Defaults for calls that do not set them. Each option that axios has to merge adds to the cost of every call. */
  readonly defaults?: CallDefaults;
}

export interface CallDefaults {
  /** Milliseconds for the whole call; 0: none. */
  readonly timeout?: number;
  /** Bytes of a response; −1: no limit. */
  readonly maxContentLength?: number;
  readonly maxRedirects?: number;
}

export interface UndiciAdapter {
  readonly adapter: AxiosAdapter;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

const DEFAULTS: Required<CallDefaults> = { timeout: 0, maxContentLength: -1, maxRedirects: 21 };

/** Options that only axios's own adapter supports. */
const LEFT_TO_AXIOS = [
  'onUploadProgress',
  'onDownloadProgress',
  'maxRate',
  'beforeRedirect',
  'sensitiveHeaders',
  'socketPath',
  'transport',
  'lookup',
  'httpAgent',
  'httpsAgent',
  'cancelToken',
] as const;

const isPlainBody = (data: unknown): boolean =>
  typeof data !== 'object' || data === null || Buffer.isBuffer(data) || data instanceof ArrayBuffer;

function isLeftToAxios(config: InternalAxiosRequestConfig): boolean {
  const { responseType, proxy } = config;
  if (proxy || responseType === 'stream' || (responseType as string) === 'blob' || !isPlainBody(config.data))
    return true;
  const options = config as unknown as Record<string, unknown>;
  return (
    options['httpVersion'] === 2 || LEFT_TO_AXIOS.some((name) => options[name] !== undefined && options[name] !== null)
  );
}

/** Whether the environment names a proxy for an origin, or for any origin that a redirect may lead to; cached for each origin. */
function createProxyCheck(
  env: Environment,
  maxRedirects: number,
): (config: InternalAxiosRequestConfig, url: URL) => boolean {
  const proxied = new Map<string, boolean>();
  const any = namesProxy(env);
  return (config, url) => {
    if (!any || config.proxy === false) return false;
    if ((config.maxRedirects ?? maxRedirects) !== 0) return true;
    let answer = proxied.get(url.origin);
    if (answer === undefined) proxied.set(url.origin, (answer = isProxiedByEnv(url, env)));
    return answer;
  };
}

/** A pool for each origin. */
function createPools(connections: number) {
  const pools = new Map<string, Pool>();
  return {
    of(origin: string): Pool {
      let pool = pools.get(origin);
      if (pool === undefined) {
        pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 });
        pools.set(origin, pool);
      }
      return pool;
    },
    close: () => Promise.all([...pools.values()].map((pool) => pool.destroy())),
  };
}

type Pools = ReturnType<typeof createPools>;

/**
 * One deliberate difference from axios's own adapter: `timeout` covers the whole call, including a body that never ends.
 */
export function createUndiciAdapter(options: UndiciAdapterOptions): UndiciAdapter {
  const { connections, env = process.env } = options;
  const defaults = { ...DEFAULTS, ...options.defaults };
  const pools = createPools(connections);
  const mayBeProxied = createProxyCheck(env, defaults.maxRedirects);
  const fallbackAgents = {
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: connections }),
    httpsAgent: new https.Agent({ keepAlive: true, maxSockets: connections }),
  };
  const memo: UrlMemo = { text: 'http://localhost/', url: new URL('http://localhost/') };

  const byAxios = (config: InternalAxiosRequestConfig): AxiosPromise => {
    config.timeout ??= defaults.timeout;
    config.maxContentLength ??= defaults.maxContentLength;
    config.maxRedirects ??= defaults.maxRedirects;
    config.httpAgent ??= fallbackAgents.httpAgent;
    config.httpsAgent ??= fallbackAgents.httpsAgent;
    return axios.getAdapter('http')(config);
  };

  const adapter: AxiosAdapter = (config) => {
    if (isLeftToAxios(config)) return byAxios(config);
    return new Promise((resolve, reject) => {
      const request = outgoing(config, memo);
      if (mayBeProxied(config, memo.url)) return resolve(byAxios(config));
      new Call(config, defaults, pools, resolve, reject).send(request);
    });
  };

  return {
    adapter,
    async close() {
      fallbackAgents.httpAgent.destroy();
      fallbackAgents.httpsAgent.destroy();
      await pools.close();
    },
  };
}

const onTimeout = (call: Call): void => call.onTimeout();

/** One call: its exchanges (more than one if it is redirected), its time-out and its signal. */
class Call implements ExchangeOwner {
  readonly timeout: number;
  private readonly limit: number;
  private timer: NodeJS.Timeout | undefined;
  private timeLeft = 0;
  private request: HttpRequest | undefined;
  private exchange: Exchange | undefined;
  private redirects = 0;

  constructor(
    readonly config: InternalAxiosRequestConfig,
    private readonly defaults: Required<CallDefaults>,
    private readonly pools: Pools,
    private readonly resolve: (response: AxiosResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.limit = config.maxContentLength ?? defaults.maxContentLength;
    this.timeout = config.timeout ?? defaults.timeout;
    if (this.timeout > 0) this.waitFor(this.timeout);
    (config.signal as AbortSignal | undefined)?.addEventListener('abort', this);
  }

  send(request: HttpRequest): void {
    this.request = request;
    this.exchange = new Exchange(this.limit, this);
    try {
      this.pools.of(request.origin).dispatch(request, this.exchange);
    } catch (error) {
      this.exchange.fail(error as Error);
    }
  }

  /** In parts, if one setTimeout is too short. */
  private waitFor(ms: number): void {
    const part = Math.min(ms, LONGEST_TIMEOUT_MS);
    this.timeLeft = ms - part;
    this.timer = setTimeout(onTimeout, part, this);
  }

  onTimeout(): void {
    if (this.timeLeft > 0) return this.waitFor(this.timeLeft);
    this.end(timedOut(this.config, this.timeout));
  }

  /** Ends the exchange in progress, if any. */
  end(error: Error): void {
    this.exchange?.fail(error);
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.end(canceled(this.config));
  }

  onAnswer(response: HttpResponse): void {
    const { decompress } = this.config;
    const request = this.request as HttpRequest;
    if (this.isSentOn(request, response)) return;
    if (decompress === false || response.headers['content-encoding'] === undefined)
      return this.finish(request, response);
    decodeBody(response, this.limit).then(
      (decoded) => this.finish(request, decoded),
      (error: unknown) => this.onFailure(error as Error),
    );
  }

  onFailure(error: Error): void {
    this.leave();
    this.reject(asAxiosError(error, this.config, this.limit));
  }

  private isSentOn(request: HttpRequest, response: HttpResponse): boolean {
    const { maxRedirects = this.defaults.maxRedirects } = this.config;
    if (maxRedirects === 0 || response.status < 300 || response.status > 399) return false;
    try {
      const next = nextHop(request, response);
      if (next === null) return false;
      this.redirects += 1;
      if (this.redirects > maxRedirects) this.onFailure(tooManyRedirects(this.config));
      else this.send(next);
    } catch (error) {
      this.onFailure(error as Error);
    }
    return true;
  }

  private finish(request: HttpRequest, raw: HttpResponse): void {
    this.leave();
    const { config } = this;
    const { responseType, responseEncoding, validateStatus } = config;
    const response: AxiosResponse = {
      status: raw.status,
      statusText: raw.statusText,
      // Names are in lower case and unique, and values are clean, so AxiosHeaders has nothing to normalise.
      headers: Object.assign(new AxiosHeaders(), raw.headers),
      config,
      request: { method: request.method, path: request.path, res: { responseUrl: request.origin + request.path } },
      data: responseType === 'arraybuffer' ? raw.body : textOf(raw.body, responseEncoding),
    };
    if (!validateStatus || validateStatus(raw.status)) return this.resolve(response);
    const code = raw.status >= 400 && raw.status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
    const message = `Request failed with status code ${raw.status}`;
    this.reject(new AxiosError(message, code, config, response.request, response));
  }

  private leave(): void {
    clearTimeout(this.timer);
    (this.config.signal as AbortSignal | undefined)?.removeEventListener('abort', this);
  }
}
