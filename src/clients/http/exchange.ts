// One request and its whole response over an undici dispatcher, with a size limit, and cancellation that nothing can delay.
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface HttpRequest {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: string | Buffer | null;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The body is longer than the limit; the connection has been cut. */
export class BodyTooLong extends Error {
  override readonly name = 'BodyTooLong';

  constructor(limit: number) {
    super(`the response has more than ${limit} bytes`);
  }
}

/** The connection ended after the headers and before the end of the body. */
export class BodyCutShort extends Error {
  override readonly name = 'BodyCutShort';

  constructor(readonly head: Omit<HttpResponse, 'body'>) {
    super('the connection ended in the middle of the body');
  }
}

const NOTHING = Buffer.alloc(0);

/** The callback of an exchange; called exactly once. */
export interface ExchangeOwner {
  onAnswer(response: HttpResponse): void;
  onFailure(error: Error): void;
}

/** The handler that undici calls while the response arrives. */
export class Exchange implements Dispatcher.DispatchHandler {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private status = 0;
  private statusText = '';
  private headers: IncomingHttpHeaders = {};
  private controller: Dispatcher.DispatchController | undefined;
  private reason: Error | null = null;
  private over = false;

  constructor(
    /** Bytes of body; −1: no limit. */
    private readonly limit: number,
    private readonly owner: ExchangeOwner,
  ) {}

  /** Ends the exchange now, whatever it is waiting for; a connection in use is closed. */
  fail(error: Error): void {
    if (this.over) return;
    this.over = true;
    this.reason = error;
    this.controller?.abort(error);
    this.owner.onFailure(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.reason !== null) controller.abort(this.reason);
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders, statusText = ''): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    this.statusText = statusText;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.limit >= 0 && this.size > this.limit) this.fail(new BodyTooLong(this.limit));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.over) return;
    this.over = true;
    const { chunks, status, statusText, headers } = this;
    const body = chunks.length === 0 ? NOTHING : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    this.owner.onAnswer({ status, statusText, headers, body });
  }

  onResponseError(_: unknown, error: Error): void {
    const { status, statusText, headers } = this;
    this.fail(status === 0 ? error : new BodyCutShort({ status, statusText, headers }));
  }
}
