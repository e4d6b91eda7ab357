// Where the dashboard is mounted: the server says so in a meta element, since the same files serve any path.

function mountPath(): string {
  const said = document.querySelector<HTMLMetaElement>('meta[name="punctual-base"]')?.content;
  const path = said ?? location.pathname.replace(/\/ui(\/.*)?$/, '');
  return path.replace(/\/+$/, '');
}

/** The mount path without a slash at its end, such as `/admin`; the API is below it. */
export const BASE = mountPath();
