// Changes of a zone's clock, as the server finds them, in words.

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

/** What the clock showed at the moment of the change, from what it shows after it: `03:00` and 60 are `02:00`. */
export function readingBefore(after: string, jumpMinutes: number): string {
  const [hours = 0, minutes = 0] = after.split(':').map(Number);
  const day = 24 * 60;
  const before = (((hours * 60 + minutes - jumpMinutes) % day) + day) % day;
  return [Math.floor(before / 60), before % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
