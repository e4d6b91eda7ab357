// Templates: everything that is inserted is escaped, subjects stay one line, text and HTML say the same, sources that are wrong are named.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createTemplateRegistry,
  checkData,
  type CompiledTemplate,
} from '../../../src/modules/notifications/templates/registry.js';
import { createRenderer } from '../../../src/modules/notifications/templates/render.js';
import type { TemplateData } from '../../../src/modules/notifications/index.js';

const registry = createTemplateRegistry();
const render = createRenderer(registry, 'Shop & Co');
const rendered = (type: string, data: TemplateData, subject: string | null = null) =>
  render({
    template: registry.find(type) as CompiledTemplate,
    data,
    subject,
    unsubscribeUrl: null,
    timeZone: 'Asia/Kathmandu',
  });
const TYPES = ['immediate', 'digest', 'system', 'dunning', 'engagement'];
const EVIL = `</p><script>alert("1")</script><img src=x onerror='1'>&`;

describe('the built-in templates', () => {
  it.each(TYPES)('%s need nothing', (type) => {
    expect(checkData(registry.find(type) as CompiledTemplate, {})).toEqual({ data: {} });
    const { subject, html, text } = rendered(type, {});
    expect(subject).toMatch(/\w/);
    expect(html).toContain('Shop &amp; Co');
    expect(text).toContain('Shop & Co');
    expect(html).not.toMatch(/undefined|\[object/);
  });

  it.each(TYPES)('%s escape every variable', (type) => {
    const item = { title: EVIL, body: EVIL, author: EVIL, at: EVIL, url: 'https://x.example/"><script>' };
    const action = { label: EVIL, url: 'https://x.example/"><script>' };
    const { html, subject } = rendered(type, {
      title: EVIL,
      body: EVIL,
      preheader: EVIL,
      summary: EVIL,
      action,
      items: [item],
      more: 2,
    });
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('&lt;script&gt;');
    expect(subject).toContain('<script>'); // text, not HTML
  });

  it('lead to no other places than web pages and mail addresses', () => {
    const { html } = rendered('immediate', { action: { label: 'x', url: 'javascript:alert(1)' } });
    expect(html).not.toContain('javascript:');
  });

  it('keep paragraphs and lines, in HTML and in text', () => {
    const { html, text } = rendered('immediate', { title: 'T', body: 'one\ntwo\n\nthree' });
    expect(html).toMatch(/one<br>two<\/p>/);
    expect(text).toMatch(/^T\n\none\ntwo\n\nthree\n/);
  });

  it('tell a digest’s items with their time in the recipient’s zone, and how many more there are', () => {
    const items = [{ title: 'First', body: 'Body', author: 'Ada', at: '2026-03-08T06:30:00Z' }];
    const { text } = rendered('digest', { title: 'News', items, more: 3 });
    expect(text).toMatch(/First[^]*Ada · 8 March 2026 at 12:15[^]*Body[^]*And 3 more\./);
  });

  it('keep any subject one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (title) => {
        const { subject } = rendered('immediate', { title });
        expect(subject).not.toMatch(/[\r\n\0\u2028\u2029]/);
      }),
    );
  });

  it('say where data is wrong', () => {
    const digest = registry.find('digest') as CompiledTemplate;
    expect(checkData(digest, { items: [{ title: 7 }], more: -1 })).toMatchObject({
      errors: [
        { path: 'items.0.title', message: 'must be text' },
        { path: 'more', message: expect.stringMatching(/^must be /) },
      ],
    });
  });
});

describe('a template of the host’s own', () => {
  const template = (given: object) => ({ type: 'own', subject: 'S', body: 'B', ...given });

  it('inserts escaped, or as it is where that is said', () => {
    const own = createTemplateRegistry([template({ body: '{{ it.a }} {{~ it.a }} {{% if (it.b) { }}b{{% } }}' })]);
    const { html } = createRenderer(
      own,
      'P',
    )({
      template: own.find('own') as CompiledTemplate,
      data: { a: '<i>' },
      subject: null,
      unsubscribeUrl: null,
      timeZone: null,
    });
    expect(html).toContain('&lt;i&gt; <i> ');
  });

  it('may be checked by any Standard Schema, an asynchronous one too', async () => {
    const validate = async (value: unknown) =>
      'n' in (value as object) ? { value } : { issues: [{ message: 'is missing', path: [{ key: 'n' }] }] };
    const own = createTemplateRegistry([
      template({ schema: { '~standard': { version: 1, vendor: 'test', validate } } }),
    ]);
    expect(await checkData(own.find('own') as CompiledTemplate, {})).toEqual({
      errors: [{ path: 'n', message: 'is missing' }],
    });
  });

  it.each([
    [{ type: 'digest' }, 'there is one of this type already'],
    [{ type: 'My Template' }, 'its type must match'],
    [{ category: 'Special Offers' }, 'its category must match'],
    [{ body: '{{ it.a ' }, 'its body does not compile'],
    [{ subject: '{{% if ( }}' }, 'its subject does not compile'],
  ])('is refused as %j', (given, message) => {
    expect(() => createTemplateRegistry([template(given)])).toThrow(message);
  });
});
