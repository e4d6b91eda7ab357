// Network errors as axios errors: callers see what axios's own adapter would have thrown.
import { AxiosError, AxiosHeaders, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { BodyCutShort, BodyTooLong } from './exchange.js';

/** undici's codes, in addition to those of Node's sockets, which axios passes through. */
const SAME_AS: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_OVERFLOW: 'HPE_HEADER_OVERFLOW',
  UND_ERR_RESPONSE_EXCEEDED_MAX_SIZE: AxiosError.ERR_BAD_RESPONSE,
};

export const canceled = (config: InternalAxiosRequestConfig): Error => new CanceledError(undefined, undefined, config);

export function timedOut(config: InternalAxiosRequestConfig, timeout: number): AxiosError {
  const message = config.timeoutErrorMessage || `timeout of ${timeout}ms exceeded`;
  const code = config.transitional?.clarifyTimeoutError ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
  return new AxiosError(message, code, config);
}

export const tooManyRedirects = (config: InternalAxiosRequestConfig): AxiosError =>
  new AxiosError('Maximum number of redirects exceeded', AxiosError.ERR_FR_TOO_MANY_REDIRECTS, config);

function cutShort({ head }: BodyCutShort, config: InternalAxiosRequestConfig): AxiosError {
  const headers = new AxiosHeaders(head.headers as Record<string, string>);
  const response = { ...head, headers, config, data: undefined };
  return new AxiosError('stream has been aborted', AxiosError.ERR_BAD_RESPONSE, config, undefined, response);
}

/** Any error of an exchange as an AxiosError; an AxiosError is returned unchanged. */
export function asAxiosError(error: Error, config: InternalAxiosRequestConfig, limit: number): Error {
  if (error instanceof AxiosError) return error;
  if (error instanceof BodyTooLong) {
    const message = `maxContentLength size of ${limit} exceeded`;
    return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, config);
  }
  if (error instanceof BodyCutShort) return cutShort(error, config);
  const notHttp = error.name === 'HTTPParserError' ? 'HPE_INVALID_CONSTANT' : undefined;
  const code = (error as { code?: string }).code ?? notHttp;
  return AxiosError.from(error, code === undefined ? undefined : (SAME_AS[code] ?? code), config);
}
