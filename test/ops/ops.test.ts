// What the package ships for operators holds together: alerts have runbooks and tests, and every metric that is named exists.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { hasPromtool, promtool } from './promtool.js';

const files = { rules: '', tests: '', grafana: '', runbooks: '', metrics: '' };
beforeAll(async () => {
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  files.rules = await read('ops/alerts.yml');
  files.tests = await read('ops/alerts.test.yml');
  files.grafana = await read('ops/grafana.json');
  files.runbooks = await read('docs/runbooks.md');
  files.metrics = await read('docs/reference/metrics.md');
});

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found as string);
const alerts = (): string[] => all(files.rules, /^ +- alert: (\S+)$/gm);

/** Metrics of ours that a text names, without the suffixes that a histogram adds. */
function namesIn(text: string): string[] {
  const known = new Set(all(files.metrics, /^\| `(punctual_\w+)`/gm));
  const base = (name: string): string => {
    const short = name.replace(/_(bucket|sum|count)$/, '');
    return known.has(name) ? name : short;
  };
  return [...new Set(all(text, /\b(punctual_[a-z0-9_]+)\b/g).map(base))];
}
const unknown = (text: string): string[] => namesIn(text).filter((name) => !files.metrics.includes(`| \`${name}\``));

describe('alert rules', () => {
  it('have a runbook each, which exists, and no runbook is of no alert', () => {
    expect(alerts().length).toBeGreaterThan(20);
    const links = all(files.rules, /^ +runbook_url: (\S+)$/gm);
    expect(links).toEqual(alerts().map((name) => `docs/runbooks.md#${name.toLowerCase()}`));
    expect(all(files.runbooks, /^## (\S+)$/gm)).toEqual(alerts());
  });

  it('have a test each', () => {
    expect(all(files.tests, /^ +- name: (Punctual\S+)$/gm)).toEqual(alerts());
  });

  it('and their tests name metrics that exist', () => {
    expect(namesIn(files.rules).length).toBeGreaterThan(15);
    expect([unknown(files.rules), unknown(files.tests), unknown(files.runbooks)]).toEqual([[], [], []]);
  });

  it('are linked from each other in the runbooks to sections that exist', () => {
    const sections = new Set(alerts().map((name) => name.toLowerCase()));
    expect(all(files.runbooks, /\]\(#([a-z]+)\)/g).filter((link) => !sections.has(link))).toEqual([]);
  });
});

describe(hasPromtool ? 'promtool' : 'LEFT OUT, for want of promtool (apt-get install prometheus)', () => {
  (hasPromtool ? it : it.skip)('accepts the rules', () => {
    expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ code: 0 });
  });

  (hasPromtool ? it : it.skip)('sees each alert fire when it should, and none when all is well', () => {
    const { code, output } = promtool('test', 'rules', 'alerts.test.yml');
    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});

describe('the Grafana dashboard', () => {
  interface Panel {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
    readonly gridPos: { readonly x: number; readonly w: number };
  }
  const panels = (): readonly Panel[] => (JSON.parse(files.grafana) as { panels: Panel[] }).panels;

  it('names metrics that exist', () => {
    expect(namesIn(files.grafana).length).toBeGreaterThan(15);
    expect(unknown(files.grafana)).toEqual([]);
  });

  it('has panels with a title and a query each, within the grid', () => {
    for (const { type, title, targets = [], gridPos } of panels()) {
      expect(title).not.toBe('');
      expect(targets.length > 0).toBe(type !== 'row');
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
    expect(new Set(panels().map(({ id }) => id)).size).toBe(panels().length);
  });

  (hasPromtool ? it : it.skip)('has queries that Prometheus can read', async () => {
    const queries = panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const rules = queries.map((expr, n) => {
      const filled = expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*');
      return `      - record: query:${n}\n        expr: ${JSON.stringify(filled)}\n`;
    });
    const text = `groups:\n  - name: queries\n    rules:\n${rules.join('')}`;
    const folder = await mkdtemp(path.join(tmpdir(), 'punctual-grafana-'));
    try {
      await writeFile(path.join(folder, 'queries.yml'), text);
      expect(promtool('check', 'rules', '--lint=none', path.join(folder, 'queries.yml'))).toMatchObject({ code: 0 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
