// Modules that a host wrote, for the server and the command line: files or packages named in PUNCTUAL_MODULES.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SchedulerError, toError } from '../base/errors.js';
import { defineModule, type AnyModule } from '../scheduler/modules/index.js';

/** `./invoices.js` is a file relative to the working directory, anything else the name of a package. */
const toSpecifier = (name: string): string => (/^[./]/.test(name) ? pathToFileURL(path.resolve(name)).href : name);

/** The default export of each: a module, or a list of them. Throws INVALID_CONFIG, naming the one that cannot be loaded. */
export async function loadHostModules(names: readonly string[]): Promise<readonly AnyModule[]> {
  const loaded = await Promise.all(names.map(loadOne));
  return loaded.flat();
}

async function loadOne(name: string): Promise<readonly AnyModule[]> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new SchedulerError('INVALID_CONFIG', `PUNCTUAL_MODULES: ${name} ${why}`, {}, { cause });
  };
  const found = (await import(toSpecifier(name)).catch((error: unknown) =>
    refuse(`cannot be loaded: ${toError(error).message}`, error),
  )) as { readonly default?: unknown };
  const list = Array.isArray(found.default) ? (found.default as unknown[]) : [found.default];
  if (list.some((one) => typeof (one as AnyModule | null)?.name !== 'string')) {
    return refuse('must have a module, or a list of modules, as its default export');
  }
  return (list as AnyModule[]).map((one) => defineModule(one));
}
