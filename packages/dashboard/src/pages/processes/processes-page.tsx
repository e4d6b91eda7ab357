// The processes page: the list, or one process.
import type { PageProps } from '../registry.js';
import { ProcessList } from './list.js';
import { OneProcess } from './one.js';
import './processes.css';

export default function ProcessesPage({ rest: [name] }: PageProps) {
  return name === undefined ? <ProcessList /> : <OneProcess key={name} name={name} />;
}
