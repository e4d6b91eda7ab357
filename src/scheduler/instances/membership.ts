// Keeps this process a living instance: joins, sends heartbeats, rescues others, and rejoins under a new id when a life is lost.
import { SchedulerError, toError } from '../../base/errors.js';
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import { sleep } from '../../base/timing/sleep.js';
import {
  beat,
  endSessionsOf,
  markDraining,
  markStopped,
  type BeatAnswer,
  type BeatRequest,
} from '../../db/engine/queries/instances/instances.js';
import { abandonRuns } from '../../db/engine/queries/runs/run-history.js';
import { SECOND_LOOK_MS, within } from '../../base/timing/within.js';
import type { ClaimHolder } from '../contracts/source.js';
import { createGauges, type Readings } from './gauges.js';
import { join, type Presence, type PresenceOptions } from './presence.js';
import { rescue, type RescueRequest } from './rescue.js';

export interface MembershipOptions extends Omit<PresenceOptions, 'onLost'> {
  readonly clock: Clock;
  readonly random: Random;
  readonly heartbeatS: number;
  readonly leaseS: number;
  readonly now: () => Date | null;
  readonly holders: () => readonly ClaimHolder[];
  readonly processes: () => readonly string[];
  /** What this instance is processing, for the heartbeat. */
  readonly inFlight: () => Readonly<Record<string, number>>;
  readonly readings?: () => Readings;
  readonly onBeat: (answer: BeatAnswer) => void;
  readonly onJoined: (presence: Presence) => void;
  readonly onLost: (instanceId: string, reason: Error) => void;
  readonly onDead: (instanceId: string, rescued: Readonly<Record<string, number>>) => void;
}

export interface Membership {
  /** The current life; null while there is none. */
  current(): Presence | null;
  /** False while heartbeats fail. */
  healthy(): boolean;
  /** Rejects when the first join fails. */
  start(): Promise<void>;
  /** Sends a heartbeat every HEARTBEAT_S from now on. */
  keepBeating(): void;
  /** One heartbeat: one round trip, and a rescue if an instance is dead. Never rejects. */
  beat(): Promise<void>;
  /** alive → draining: nothing new is claimed under this id. */
  drain(): Promise<void>;
  /** Releases what is still held, marks this instance stopped and releases its locks. */
  leave(): Promise<void>;
}

/** Peers may be rejoining as we are (PostgreSQL was restarted): no instance is declared dead in the first 3 s. */
const JUDGE_AFTER_MS = 3_000;
/**
 * Whatever ended our life may have ended those of peers. Peers that have not been heard of since we rejoined get the time of a slow rejoin:
 * the longest pause between two attempts plus one attempt that timed out.
 */
const SPARE_AFTER_LOSS_MS = 15_000;
const BEAT_LIMIT_MS = 10_000;
const SIGN_OFF_LIMIT_MS = 4_000;
const UNDER_WAY_LIMIT_MS = 2_000;
/** When heartbeats fail or a life is lost, a statement that has waited for this long is abandoned, whatever the server does. */
const GIVE_UP_MS = 9_000;
/** A statement that has waited for this long may be on a connection that has fallen silent: the server is asked. */
const SILENT_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
const NO_READINGS: Readings = { pool: { total: 0, idle: 0, waiting: 0 }, claimed: 0 };
const REJOIN_MS = { first: 100, most: 3_000 };

export function createMembership(options: MembershipOptions): Membership {
  const { database, logger, clock, random, leaseS } = options;
  const stopping = new AbortController();
  const gauges = createGauges({ clock, readings: options.readings ?? (() => NO_READINGS) });
  let presence: Presence | null = null;
  let draining = false;
  let lives = 0;
  let joinedAt = 0;
  let lastBeatAt = 0;
  let failedBeats = 0;
  let beating: Promise<void> | null = null;
  let rejoining: Promise<void> | null = null;
  let rescuing: Promise<void> | null = null;
  let looking: Promise<void> | null = null;
  /** Earlier lives whose claims have not been released yet, as far as we know. */
  const formers = new Set<string>();

  async function enter(): Promise<void> {
    const life = await join({ ...options, onLost: (lost, reason) => lose(lost, reason) });
    if (stopping.signal.aborted) return life.leave(); // nobody is waiting for it any more
    joinedAt = lastBeatAt = clock.monotonicMs();
    failedBeats = 0;
    lives += 1;
    presence = life;
    logger.info('instance joined', { instance_id: life.instanceId });
    options.onJoined(life);
  }

  function lose(life: Presence, reason: Error): void {
    if (presence !== life) return;
    presence = null;
    logger.warn('instance lost', { instance_id: life.instanceId, error: reason });
    formers.add(life.instanceId);
    options.onLost(life.instanceId, reason);
    if (!draining) rejoining = givingUpSilent(rejoin).finally(() => (rejoining = null));
  }

  async function rejoin(): Promise<void> {
    for (let wait = REJOIN_MS.first; !stopping.signal.aborted; wait = Math.min(wait * 2, REJOIN_MS.most)) {
      await sleep(wait * (0.5 + random()), stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await enter();
        break;
      } catch (error) {
        logger.warn('instance could not rejoin', { error: toError(error).message });
      }
    }
    await rescueFormers();
  }

  /** Connections that wait indefinitely would use up the pool. */
  function giveUpSilent(): void {
    const cut = database.cutSilent(GIVE_UP_MS);
    if (cut === 0) return;
    logger.warn('database statements abandoned, their connections closed', { connections: cut });
    void lookAfterSilent();
  }

  /** Ends closed connections on the server as well, and finds statements that wait in vain. One check at a time. */
  const lookAfterSilent = (): Promise<void> =>
    (looking ??= database
      .lookAfterSilent(SILENT_MS)
      .catch((error: unknown) => logger.debug('silent connections were not cleaned up', { error: toError(error) }))
      .finally(() => (looking = null)));

  /** The connection of `work` may be silent as well; or this event loop was blocked, and the responses have arrived. */
  async function givingUpSilent(work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => void sleep(SECOND_LOOK_MS).then(giveUpSilent), LOOK_EVERY_MS);
    await work().finally(() => clearInterval(timer));
  }

  /** Runs beside the heartbeats: there may be much to release. */
  async function rescueSoon(suspects: readonly string[]): Promise<void> {
    try {
      await rescueDead(suspects);
    } catch (error) {
      logger.warn('rescue failed, a later heartbeat retries it', { suspects, error: toError(error) });
    } finally {
      rescuing = null;
    }
  }

  async function rescueFormers(): Promise<void> {
    if (formers.size === 0) return;
    try {
      await rescueDead([...formers], { surely: true });
      formers.clear();
    } catch (error) {
      logger.warn('rescue of a former instance failed, a later heartbeat retries it', { error: toError(error) });
    }
  }

  async function rescueDead(suspects: readonly string[], how: Pick<RescueRequest, 'surely'> = {}): Promise<void> {
    const request = { suspects, holders: options.holders(), leaseS, now: options.now(), ...how };
    const { dead, rescued } = await rescue(database, request);
    if (dead.length === 0) return;
    await endSessionsOf(database, dead).catch((error: unknown) => {
      logger.warn('the session of a dead instance could not be ended', { dead, error: toError(error) });
    });
    for (const instanceId of dead) {
      logger.warn('instance dead', { instance_id: instanceId, rescued });
      options.onDead(instanceId, rescued);
    }
  }

  async function beatOnce(): Promise<void> {
    const life = presence;
    if (!life) return;
    try {
      const request = {
        instanceId: life.instanceId,
        inFlight: options.inFlight(),
        gauges: gauges.read(),
        ...judgement(),
        leaseS,
        processes: options.processes(),
        now: options.now(),
      };
      const answer = await within(BEAT_LIMIT_MS, beat(database, request), 'heartbeat');
      failedBeats = 0;
      lastBeatAt = clock.monotonicMs();
      if (!answer.alive) return life.lose(new SchedulerError('LOST_INSTANCE', 'this instance was declared dead'));
      options.onBeat(answer);
      if (answer.suspects.length > 0) rescuing ??= rescueSoon(answer.suspects);
    } catch (error) {
      failedBeats += 1;
      logger.warn('heartbeat failed', { failed_in_a_row: failedBeats, error: toError(error).message });
      giveUpSilent();
      const silentS = (clock.monotonicMs() - lastBeatAt) / 1_000;
      if (silentS > leaseS) life.lose(new SchedulerError('LOST_INSTANCE', `no heartbeat for ${Math.round(silentS)} s`));
    }
  }

  function judgement(): Pick<BeatRequest, 'mayJudge' | 'sparedS'> {
    const joinedForMs = clock.monotonicMs() - joinedAt;
    const spares = lives > 1 && joinedForMs < SPARE_AFTER_LOSS_MS;
    return { mayJudge: joinedForMs > JUDGE_AFTER_MS, sparedS: spares ? joinedForMs / 1_000 : null };
  }

  const beatNow = (): Promise<void> => (beating ??= beatOnce().finally(() => (beating = null)));

  async function beatForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(options.heartbeatS * 1_000, stopping.signal);
      if (!stopping.signal.aborted) await beatNow();
    }
  }

  return {
    current: () => presence,
    healthy: () => presence !== null && failedBeats < 2,
    start: () => {
      gauges.start();
      return enter();
    },
    keepBeating: () => {
      const look = setInterval(() => void lookAfterSilent(), LOOK_EVERY_MS);
      stopping.signal.addEventListener('abort', () => clearInterval(look), { once: true });
      void beatForEver();
    },
    beat: async () => {
      await beatNow();
      await rescuing;
    },
    drain: async () => {
      draining = true;
      if (!presence) return;
      await within(SIGN_OFF_LIMIT_MS, markDraining(database, presence.instanceId), 'announcing the drain');
    },
    leave: async () => {
      draining = true;
      stopping.abort();
      gauges.close();
      await givingUpSilent(leave);
    },
  };

  async function leave(): Promise<void> {
    const underWay = Promise.all([beating, rejoining, rescuing]);
    await within(UNDER_WAY_LIMIT_MS, underWay, 'what was under way').catch(unfinished);
    const life = presence;
    presence = null;
    await within(SIGN_OFF_LIMIT_MS, signOff(life), 'signing off').catch(unfinished);
    const cut = database.cutSilent(UNDER_WAY_LIMIT_MS);
    await Promise.all([life?.leave(), cut > 0 ? lookAfterSilent() : null]);
  }

  async function signOff(life: Presence | null): Promise<void> {
    await rescueFormers();
    if (life) await putBack(life.instanceId);
  }

  function unfinished(error: unknown): void {
    logger.warn('could not sign off, other instances will declare this one dead', { error: toError(error) });
  }

  function putBack(instanceId: string): Promise<void> {
    return database.transaction(async (tx) => {
      await markStopped(tx, instanceId);
      for (const holder of options.holders()) await holder.rescue(tx, [instanceId]);
      await abandonRuns(tx, [instanceId], { error: 'its instance stopped', now: options.now() });
    });
  }
}
