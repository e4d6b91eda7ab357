// An axios adapter on undici: the same promises as axios's own (interceptors, errors, signal, limits, redirects, proxies) at
// less than half the cost a call. What it does not do itself (streams, forms, progress, proxies) it leaves to axios's adapter.
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
import { Agent } from 'undici';
import { asAxiosError, canceled, timedOut, tooManyRedirects } from './adapter-errors.js';
import { decodeBody, textOf } from './decode-body.js';
import { isProxiedByEnv, namesProxy, type Environment } from './env-proxy.js';
import { Exchange, type HttpRequest, type HttpResponse } from './exchange.js';
import { outgoing, type UrlMemo } from './outgoing.js';
import { nextHop } from './redirects.js';

export interface UndiciAdapterOptions {
  /** At most so many connections to one origin; calls above that wait their turn. */
  readonly connections: number;
  /** Where proxies are named; the process's environment by default. */
  readonly env?: Environment;
}

export interface UndiciAdapter {
  readonly adapter: AxiosAdapter;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

const DEFAULT_MAX_REDIRECTS = 21;

/** Options that only axios's own adapter knows. */
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

/** Whether the environment names a proxy for the URL, or for wherever the answer may send us on to. */
const mayBeProxied = (config: InternalAxiosRequestConfig, url: URL, env: Environment): boolean =>
  config.proxy !== false && (config.maxRedirects === 0 ? isProxiedByEnv(url, env) : namesProxy(env));

/**
 * One difference from axios's own adapter is on purpose: `timeout` covers the whole call, a body that never ends included.
 */
export function createUndiciAdapter({ connections, env = process.env }: UndiciAdapterOptions): UndiciAdapter {
  const dispatcher = new Agent({ connections, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 });
  const fallbackAgents = {
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: connections }),
    httpsAgent: new https.Agent({ keepAlive: true, maxSockets: connections }),
  };
  const memo: UrlMemo = { text: 'http://localhost/', url: new URL('http://localhost/') };

  const byAxios = (config: InternalAxiosRequestConfig): AxiosPromise => {
    config.httpAgent ??= fallbackAgents.httpAgent;
    config.httpsAgent ??= fallbackAgents.httpsAgent;
    return axios.getAdapter('http')(config);
  };

  const adapter: AxiosAdapter = (config) => {
    if (isLeftToAxios(config)) return byAxios(config);
    return new Promise((resolve, reject) => {
      const request = outgoing(config, memo);
      if (mayBeProxied(config, memo.url, env)) return resolve(byAxios(config));
      new Call(config, dispatcher, resolve, reject).send(request);
    });
  };

  return {
    adapter,
    async close() {
      fallbackAgents.httpAgent.destroy();
      fallbackAgents.httpsAgent.destroy();
      await dispatcher.destroy();
    },
  };
}

/** One call: its exchanges (more than one when it is sent on), its time-out and its signal. */
class Call {
  private readonly limit: number;
  private readonly timer: NodeJS.Timeout | undefined;
  private exchange: Exchange | undefined;
  private redirects = 0;

  constructor(
    private readonly config: InternalAxiosRequestConfig,
    private readonly dispatcher: Agent,
    private readonly resolve: (response: AxiosResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.limit = config.maxContentLength ?? -1;
    if (config.timeout) this.timer = setTimeout(this.onTimeout, config.timeout);
    config.signal?.addEventListener?.('abort', this.onAbort);
  }

  send(request: HttpRequest): void {
    this.exchange = new Exchange(this.limit, (error, response) => {
      if (response === null) this.fail(error ?? new Error('no answer'));
      else this.onResponse(request, response);
    });
    try {
      this.dispatcher.dispatch(request, this.exchange);
    } catch (error) {
      this.exchange.fail(error as Error);
    }
  }

  private readonly onTimeout = (): void => this.exchange?.fail(timedOut(this.config));
  private readonly onAbort = (): void => this.exchange?.fail(canceled(this.config));

  private onResponse(request: HttpRequest, response: HttpResponse): void {
    const { decompress } = this.config;
    if (this.isSentOn(request, response)) return;
    if (decompress === false || response.headers['content-encoding'] === undefined)
      return this.finish(request, response);
    decodeBody(response, this.limit).then(
      (decoded) => this.finish(request, decoded),
      (error: unknown) => this.fail(error as Error),
    );
  }

  private isSentOn(request: HttpRequest, response: HttpResponse): boolean {
    const { maxRedirects = DEFAULT_MAX_REDIRECTS } = this.config;
    if (maxRedirects === 0 || response.status < 300 || response.status > 399) return false;
    try {
      const next = nextHop(request, response);
      if (next === null) return false;
      this.redirects += 1;
      if (this.redirects > maxRedirects) this.fail(tooManyRedirects(this.config));
      else this.send(next);
    } catch (error) {
      this.fail(error as Error);
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
      headers: new AxiosHeaders(raw.headers as Record<string, string>),
      config,
      request: { method: request.method, path: request.path, res: { responseUrl: request.origin + request.path } },
      data: responseType === 'arraybuffer' ? raw.body : textOf(raw.body, responseEncoding),
    };
    if (!validateStatus || validateStatus(raw.status)) return this.resolve(response);
    const code = raw.status >= 400 && raw.status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
    const message = `Request failed with status code ${raw.status}`;
    this.reject(new AxiosError(message, code, config, response.request, response));
  }

  private fail(error: Error): void {
    this.leave();
    this.reject(asAxiosError(error, this.config));
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.config.signal?.removeEventListener?.('abort', this.onAbort);
  }
}
