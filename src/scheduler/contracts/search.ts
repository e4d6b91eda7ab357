// What a search over everything finds.

export type SearchKind = 'user' | 'subscription' | 'tenant' | 'job' | 'run' | 'process' | 'queue' | 'job_type';

export interface SearchHit {
  readonly kind: SearchKind;
  /** The id or the name that was found. */
  readonly id: string;
  readonly title: string;
  /** What else tells it apart; empty where there is nothing. */
  readonly detail: string;
}

/** At most this number of each kind. */
export const MOST_OF_A_KIND = 5;
