// Formats the clock changes of a time zone that the server reports.

export interface ClockChange {
  /** The first moment of the new offset, epoch ms. */
  readonly at: number;
  /** Minutes that the local clock jumps: 60 in spring, −60 in autumn. */
  readonly jumpMinutes: number;
}

/** `+1 h`, `−30 min`. */
export function jumpInWords(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '−' : '+'}${size % 60 === 0 ? `${size / 60} h` : `${size} min`}`;
}

/** The local time just before the change, from the time after it: `03:00` and 60 give `02:00`. */
export function readingBefore(after: string, jumpMinutes: number): string {
  const [hours = 0, minutes = 0] = after.split(':').map(Number);
  const day = 24 * 60;
  const before = (((hours * 60 + minutes - jumpMinutes) % day) + day) % day;
  return [Math.floor(before / 60), before % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
