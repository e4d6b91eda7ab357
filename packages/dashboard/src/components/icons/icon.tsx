// Icons of 16 by 16 pixels in the colour of the text. They are hidden from screen readers, because each has a label.

const PATHS = {
  overview: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM9 8h4.5v5.5H9zM2.5 10.5H7v3H2.5z',
  subscriptions: 'M2.5 4.5h11v9h-11zM2.5 7.5h11M5.5 2.5v3M10.5 2.5v3M5.5 10.5h2',
  lab: 'M6.5 2.5h3M7 2.5v4l-3.8 5.6a1 1 0 0 0 .8 1.4h8a1 1 0 0 0 .8-1.4L9 6.5v-4M5 10h6',
  processes:
    'M8 2.5v2M8 11.5v2M2.5 8h2M11.5 8h2M4.1 4.1l1.4 1.4M10.5 10.5l1.4 1.4M11.9 4.1l-1.4 1.4M5.5 10.5l-1.4 1.4M10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
  runs: 'M5 3.5v9l7.5-4.5z',
  jobs: 'M2.5 5.5h11v8h-11zM5.5 5.5v-2a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v2M2.5 9h11',
  dead: 'M8 2 14 8l-6 6-6-6zM6.2 6.2l3.6 3.6M9.8 6.2 6.2 9.8',
  queues: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  instances: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  audit: 'M4 2.5h5.5L12 5v8.5H4zM6 7h4M6 9.5h4M9.5 2.5V5H12',
  api: 'M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4M9 3 7 13',
  module: 'M8 2.2 13 5v6L8 13.8 3 11V5zM3 5l5 3 5-3M8 8v5.8',
  person: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5a5 5 0 0 1 10 0',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.6 10.6 14 14',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  contrast: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12M8 4.5h3M8 8h6M8 11.5h3',
  play: 'M5.5 3.5v9l6.5-4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  retry: 'M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M3.5 8.5 6.5 11.5 12.5 4.5',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 12h.01',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3l2 1.5',
  external: 'M6 3.5H3.5v9h9V10M9 3h4v4M13 3 7.5 8.5',
  lightning: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg class="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);

/** The logo: a clock at nine. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
    <circle cx="10" cy="10" r="7.5" />
    <path d="M10 5.5V10H5.5" />
  </svg>
);
