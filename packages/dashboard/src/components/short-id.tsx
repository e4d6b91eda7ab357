// An id where room is short: of a UUID its beginning; in full when pointed at, and for screen readers.

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const MOST = 24;

function shortId(id: string): string {
  if (UUID.test(id)) return `${id.slice(0, 8)}…`;
  return id.length > MOST ? `${id.slice(0, MOST - 1)}…` : id;
}

export const ShortId = ({ id }: { readonly id: string }) => (
  <span class="nowrap" title={id}>
    {shortId(id)}
  </span>
);
