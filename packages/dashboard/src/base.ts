// The mount path of the dashboard. The server writes it to a meta element, because the same files serve any path.

function mountPath(): string {
  const said = document.querySelector<HTMLMetaElement>('meta[name="punctual-base"]')?.content;
  const path = said ?? location.pathname.replace(/\/ui(\/.*)?$/, '');
  return path.replace(/\/+$/, '');
}

/** The mount path without a trailing slash, such as `/admin`; the API is below it. */
export const BASE = mountPath();
