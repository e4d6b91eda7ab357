// Where the built client lies: beside the compiled code, or in `dist` of the repository when TypeScript runs as it is.

/** The folder with `index.html` and `assets/`. It may be absent: `npm run build` makes it. */
export const clientFolder = (module: string = import.meta.url): URL =>
  new URL(module.endsWith('.ts') ? '../../dist/dashboard/client/' : './client/', module);
