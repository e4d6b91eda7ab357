// The jobs page: the list, the form for a new job, or one job.
import type { PageProps } from '../registry.js';
import { JobList } from './list.js';
import { NewJob } from './new/new-job.js';
import { OneJob } from './one.js';
import './jobs.css';

export default function JobsPage({ rest: [id] }: PageProps) {
  if (id === undefined) return <JobList />;
  return id === 'new' ? <NewJob /> : <OneJob key={id} id={id} />;
}
