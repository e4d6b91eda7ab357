// How many calls a route still takes: fixed windows of a minute, each opened by the first call in it.

export interface Allowance {
  /** False: one too many. */
  readonly granted: boolean;
  readonly used: number;
  readonly left: number;
  /** Until the window ends. */
  readonly resetS: number;
}

const WINDOW_MS = 60_000;

/** `nowMs` is any clock that goes forward. */
export function createBudget(perMinute: number, nowMs = (): number => performance.now()): (route: string) => Allowance {
  const windows = new Map<string, { since: number; used: number }>();
  return (route) => {
    const now = nowMs();
    const open = windows.get(route);
    const window = open !== undefined && now - open.since < WINDOW_MS ? open : { since: now, used: 0 };
    windows.set(route, window);
    const granted = window.used < perMinute;
    if (granted) window.used += 1;
    return {
      granted,
      used: window.used,
      left: perMinute - window.used,
      resetS: Math.ceil((window.since + WINDOW_MS - now) / 1_000),
    };
  };
}
