// Express 4 does not handle promises: a handler that rejects would leave its request waiting and end the process.
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** A handler whose rejections reach the error handler, on Express 4 as on 5. */
export const forwardRejections =
  (handler: (request: Request, response: Response, next: NextFunction) => Promise<void>): RequestHandler =>
  (request, response, next) => {
    handler(request, response, next).catch(next);
  };
