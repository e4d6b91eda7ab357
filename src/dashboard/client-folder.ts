// The location of the built client: beside the compiled code, or in `dist` of the repository when TypeScript is run directly.

/** The folder with `index.html` and `assets/`. It may be absent; `npm run build` creates it. */
export const clientFolder = (module: string = import.meta.url): URL =>
  new URL(module.endsWith('.ts') ? '../../dist/dashboard/client/' : './client/', module);
