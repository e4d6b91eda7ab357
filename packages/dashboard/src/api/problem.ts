// An error of the API (RFC 9457), or of the way there, as the client passes it on.

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly FieldProblem[];
  readonly run_id?: string;
  readonly login?: string;
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly title: string;
  readonly errors: readonly FieldProblem[];
  readonly body: ProblemBody;

  /** `status` 0: no response came. */
  constructor(
    readonly status: number,
    body: ProblemBody,
  ) {
    super(body.detail ?? body.title ?? `the server returned ${status}`);
    this.code = body.code ?? 'UNKNOWN';
    this.title = body.title ?? 'Request failed';
    this.errors = body.errors ?? [];
    this.body = body;
  }

  /** What is wrong with one field of the input, if anything. */
  messageFor(path: string): string | undefined {
    return this.errors.find((error) => error.path === path)?.message;
  }
}

export const unreachable = (): ApiProblem =>
  new ApiProblem(0, { title: 'Connection lost', code: 'UNREACHABLE', detail: 'the server cannot be reached' });

/** The code of a page did not arrive: no connection, or another version is served by now. */
export const notLoaded = (): ApiProblem =>
  new ApiProblem(0, {
    title: 'This page could not be loaded',
    code: 'PAGE_NOT_LOADED',
    detail: 'its code did not arrive',
  });

export const asProblem = (thrown: unknown): ApiProblem =>
  thrown instanceof ApiProblem
    ? thrown
    : new ApiProblem(0, { title: 'Unexpected error', code: 'CLIENT', detail: String(thrown) });

export const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';
