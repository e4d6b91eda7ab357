// The runs page: the history, or one run.
import type { PageProps } from '../registry.js';
import { RunList } from './list.js';
import { OneRun } from './one.js';

export default function RunsPage({ rest: [id] }: PageProps) {
  return id === undefined ? <RunList /> : <OneRun key={id} id={id} />;
}
