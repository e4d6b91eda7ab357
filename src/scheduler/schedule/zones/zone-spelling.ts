// The IANA spelling of a name: the runtime lists only one spelling of each zone, but accepts all others in any case.

/** Words of names that are not simply capitalised. */
const WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'GMT GMT0 UTC UCT GB NZ CHAT US PRC ROC ROK SU EST MST HST CET MET EET WET EST5EDT CST6CDT MST7MDT PST8PDT ACT LHI NSW ' +
    'IN of es au DeNoronha EasterIsland BajaNorte BajaSur ComodRivadavia'
  )
    .split(' ')
    .map((word) => [word.toLowerCase(), word]),
);

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The spelling of a name that the runtime knows but does not list, such as `Asia/Kolkata`. */
export const spelledZone = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[a-z0-9]+/g, (word) => (Object.hasOwn(WORDS, word) ? (WORDS[word] as string) : capitalised(word)));
