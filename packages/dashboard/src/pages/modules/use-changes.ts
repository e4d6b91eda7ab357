// Loads a section again when the server tells that something of its module changed. A tab in the background waits until it is seen.
import { useEffect, useRef } from 'preact/hooks';
import type { Query } from '../../api/use-query.js';
import { moduleChanges } from '../../state/live.js';

/** `at` is where the section's list is: `modules/billing/charges/charges`. */
export function useChanges([, module = '']: readonly string[], { reload }: Pick<Query<unknown>, 'reload'>): void {
  const changes = moduleChanges.value[module] ?? 0;
  const seen = useRef(changes);
  useEffect(() => {
    if (seen.current === changes) return;
    seen.current = changes;
    if (!document.hidden) reload();
  }, [changes, reload]);
}
