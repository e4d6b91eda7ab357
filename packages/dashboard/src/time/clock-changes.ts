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
