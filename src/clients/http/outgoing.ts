// An axios request configuration as what goes over the wire.
import { Buffer } from 'node:buffer';
import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { HttpRequest } from './exchange.js';

const ACCEPT_ENCODING = 'gzip, compress, deflate, br';
const USER_AGENT = `axios/${axios.VERSION}`;

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function bodyOf(config: InternalAxiosRequestConfig): string | Buffer | null {
  const data: unknown = config.data;
  if (data === undefined || data === null || data === '' || data === false) return null;
  if (typeof data === 'string' || Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  const message = 'Data after transformation must be a string, an ArrayBuffer, a Buffer, or a Stream';
  throw new AxiosError(message, AxiosError.ERR_BAD_REQUEST, config);
}

function headersOf(config: InternalAxiosRequestConfig): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  const given = config.headers as unknown as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value === undefined || value === null || value === false) continue;
    headers[name.toLowerCase()] = Array.isArray(value) ? value.map(String) : `${value as string}`;
  }
  headers['user-agent'] ??= USER_AGENT;
  headers['accept-encoding'] ??= ACCEPT_ENCODING;
  return headers;
}

function checkLength(body: string | Buffer | null, config: InternalAxiosRequestConfig): void {
  const { maxBodyLength = -1 } = config;
  if (body === null || maxBodyLength < 0 || Buffer.byteLength(body) <= maxBodyLength) return;
  throw new AxiosError('Request body larger than maxBodyLength limit', AxiosError.ERR_BAD_REQUEST, config);
}

/** The last URL and its parts, so that a client that always calls the same address parses it once. */
export interface UrlMemo {
  text: string;
  url: URL;
}

const fullUrl = (config: InternalAxiosRequestConfig): string =>
  config.baseURL === undefined && config.params === undefined ? (config.url ?? '') : axios.getUri(config);

function parse(text: string, memo: UrlMemo, config: InternalAxiosRequestConfig): URL {
  if (memo.text === text) return memo.url;
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw AxiosError.from(error, AxiosError.ERR_INVALID_URL, config);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AxiosError(`Unsupported protocol ${url.protocol}`, AxiosError.ERR_BAD_REQUEST, config);
  }
  memo.text = text;
  memo.url = url;
  return url;
}

/** Throws an AxiosError for a request that cannot be sent, with the codes of axios's own adapter. */
export function outgoing(config: InternalAxiosRequestConfig, memo: UrlMemo): HttpRequest {
  const url = parse(fullUrl(config), memo, config);
  const body = bodyOf(config);
  checkLength(body, config);
  const headers = headersOf(config);
  if (config.auth) headers['authorization'] = basic(config.auth.username ?? '', config.auth.password ?? '');
  else if (url.username || url.password) headers['authorization'] = basic(decoded(url.username), decoded(url.password));
  return {
    origin: url.origin,
    path: url.search === '' ? url.pathname : url.pathname + url.search,
    method: (config.method ?? 'get').toUpperCase(),
    headers,
    body,
  };
}
