// The modules of one scheduler: creates each one's state and collects what they add.
import type { Registry } from 'prom-client';
import { SchedulerError, toError } from '../../base/errors.js';
import type { ProcessDefinition } from '../contracts/define-process.js';
import type { Route } from '../contracts/route.js';
import type { UserJobView } from '../contracts/user-jobs.js';
import type { AnyJob, JobEndListener } from '../queue/index.js';
import type { OwnedRowSchedule } from '../rows/index.js';
import { within } from '../../base/timing/within.js';
import type { RetentionRule } from '../contracts/retention-rule.js';
import { defineModule, type HealthPart, type ModuleDefinition } from './define-module.js';
import type { ModuleHost } from '../host/module-host.js';
import { modulePage, type ModulePage } from './module-page.js';

/** A module with its type of state erased. */
export type AnyModule = ModuleDefinition<unknown>;

export interface ModuleHealth extends HealthPart {
  readonly name: string;
}

/** What modules add to routes, health and metrics. */
export interface MountedModules {
  /** In the order in which they start. */
  readonly names: readonly string[];
  readonly keyProviders: readonly string[];
  userJobs(): readonly UserJobView[];
  adminRoutes(): readonly Route[];
  userRoutes(): readonly Route[];
  publicRoutes(): readonly Route[];
  /** Never rejects: a module whose health check fails is down. */
  health(): Promise<readonly ModuleHealth[]>;
  addMetrics(registry: Registry): void;
  readonly adminPages: readonly ModulePage[];
  /** Which module a type of jobs belongs to. */
  readonly ofJobs: ReadonlyMap<string, string>;
  /** Which module a process or a row schedule belongs to. */
  readonly ofProcesses: ReadonlyMap<string, string>;
}

/** The same with members that only the scheduler itself may use. */
export interface Modules extends MountedModules {
  readonly definitions: readonly AnyModule[];
  readonly jobs: readonly AnyJob[];
  readonly processes: readonly ProcessDefinition[];
  readonly rows: readonly OwnedRowSchedule[];
  readonly jobEnds: readonly JobEndListener[];
  readonly retention: readonly RetentionRule[];
  /** What `create` returned. Throws INVALID_INPUT for a module that is not part of this scheduler. */
  stateOf<S>(definition: ModuleDefinition<S>): S;
  /** What a module provides under this name; undefined: no module does. */
  service(name: string): unknown;
  start(): Promise<void>;
  /** In reverse order. Every module is stopped, even if others throw; the first error is thrown at the end. */
  stop(): Promise<void>;
}

interface Member {
  readonly definition: AnyModule;
  readonly host: ModuleHost;
  readonly state: unknown;
}

/** A health part that takes longer counts as down. */
const HEALTH_MS = 2_000;

/** Throws INVALID_CONFIG for two modules with the same name, and for a service that two modules provide. */
export function createModules(
  definitions: readonly AnyModule[],
  hostFor: (definition: AnyModule) => ModuleHost,
  hostServices?: (find: (name: string) => unknown) => void,
): Modules {
  refuseTwins(definitions.map(({ name }) => name));
  const members = definitions.map(defineModule).map((definition): Member => {
    const host = hostFor(definition);
    return { definition, host, state: definition.create?.(host) };
  });
  const services = servicesOf(members);
  hostServices?.((name) => services.get(name)?.service);
  const routes = (kind: 'adminRoutes' | 'userRoutes' | 'publicRoutes') => (): readonly Route[] =>
    members.flatMap(({ definition, host, state }) => definition[kind]?.(host, state) ?? []);

  const parts = members.map(({ definition: { name, jobs = [], processes = [], rows = [] }, host, state }) => ({
    name,
    jobs: listOf(jobs, host, state),
    processes: listOf(processes, host, state),
    rows: rows.map((definition): OwnedRowSchedule => ({ definition, host, state })),
  }));

  return {
    names: definitions.map(({ name }) => name),
    adminPages: definitions.flatMap(({ name, adminPages = [] }) => adminPages.map((page) => modulePage(name, page))),
    definitions,
    jobs: parts.flatMap(({ jobs }) => jobs),
    processes: parts.flatMap(({ processes }) => processes),
    rows: parts.flatMap(({ rows }) => rows),
    ofJobs: new Map(parts.flatMap(({ name, jobs }) => jobs.map((job) => [job.type, name] as const))),
    ofProcesses: new Map(
      parts.flatMap(({ name, processes, rows }) =>
        [...processes, ...rows.map(({ definition }) => definition)].map((one) => [one.name, name] as const),
      ),
    ),
    jobEnds: members.flatMap(({ definition, host, state }) => definition.jobEnds?.(host, state) ?? []),
    retention: definitions.flatMap(({ retention = [] }) => retention),
    keyProviders: [...new Set(definitions.flatMap(({ keyProviders = [] }) => keyProviders))],
    stateOf: <S>(definition: ModuleDefinition<S>): S => {
      const member = members.find((one) => one.definition.name === definition.name);
      if (member) return member.state as S;
      throw new SchedulerError('INVALID_INPUT', `this scheduler has no module "${definition.name}"`);
    },
    service: (name) => services.get(name)?.service,
    userJobs: () => members.flatMap(({ definition, host, state }) => definition.userJobs?.(host, state) ?? []),
    adminRoutes: routes('adminRoutes'),
    userRoutes: routes('userRoutes'),
    publicRoutes: routes('publicRoutes'),
    health: () => Promise.all(members.map(healthOf)),
    addMetrics: (registry) => {
      for (const { definition, host, state } of members) definition.metrics?.(host, registry, state);
    },
    async start() {
      for (const { definition, host, state } of members) await definition.start?.(host, state);
    },
    async stop() {
      const errors: unknown[] = [];
      for (const { definition, host, state } of [...members].reverse()) {
        await Promise.resolve()
          .then(() => definition.stop?.(host, state))
          .catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw toError(errors[0]);
    },
  };
}

function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw new SchedulerError('INVALID_CONFIG', `two modules are named "${twin}"`);
}

function servicesOf(
  members: readonly Member[],
): ReadonlyMap<string, { readonly by: string; readonly service: unknown }> {
  const services = new Map<string, { by: string; service: unknown }>();
  for (const { definition, host, state } of members) {
    for (const [name, service] of Object.entries(definition.provides?.(host, state) ?? {})) {
      const other = services.get(name)?.by;
      if (other !== undefined) {
        const message = `the modules "${other}" and "${definition.name}" both provide the service "${name}": remove one of them`;
        throw new SchedulerError('INVALID_CONFIG', message);
      }
      services.set(name, { by: definition.name, service });
    }
  }
  return services;
}

const listOf = <T>(
  list: readonly T[] | ((host: ModuleHost, state: unknown) => readonly T[]),
  host: ModuleHost,
  state: unknown,
): readonly T[] => (typeof list === 'function' ? list(host, state) : list);

async function healthOf({ definition, host, state }: Member): Promise<ModuleHealth> {
  const { name } = definition;
  try {
    const asked = Promise.resolve().then(() => definition.health?.(host, state) ?? ({ status: 'ok' } as const));
    return { name, ...(await within(HEALTH_MS, asked, 'health check')) };
  } catch (error) {
    // the message of a part is public; an error may name hosts and addresses
    return { name, status: 'down', message: 'its health check failed', details: { error: toError(error).message } };
  }
}
