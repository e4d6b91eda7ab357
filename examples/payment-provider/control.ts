// What a test or an operator of the example may change while it runs; no part of what it stands for.
import express, { type Router } from 'express';
import { z } from 'zod';
import type { PaymentProvider } from './app.js';
import { troubleSchema } from './troubles.js';

const method = z.strictObject({ customer: z.string(), payment_method: z.string() });
const funds = z.strictObject({ customer: z.string() });

/** Under `/control`. */
export function controlRoutes(provider: PaymentProvider): Router {
  const { book, keys, troubles } = provider;
  const router = express.Router();
  router.use(express.json());
  router.get('/book', (_request, response) => void response.json({ payments: book.all() }));
  router.post('/payment-methods', (request, response) => {
    const { customer, payment_method } = method.parse(request.body);
    book.setMethod(customer, payment_method);
    response.status(204).end();
  });
  router.post('/funds', (request, response) => {
    book.addFunds(funds.parse(request.body).customer);
    response.status(204).end();
  });
  router.post('/troubles', (request, response) => {
    troubles.add(troubleSchema.parse(request.body));
    response.status(204).end();
  });
  router.post('/payments/:id/confirm', (request, response) => {
    book.confirm(request.params.id);
    response.status(204).end();
  });
  router.post('/forget-keys', (_request, response) => {
    keys.forget();
    response.status(204).end();
  });
  router.post('/revoke', (_request, response) => {
    provider.revoke();
    response.status(204).end();
  });
  return router;
}
