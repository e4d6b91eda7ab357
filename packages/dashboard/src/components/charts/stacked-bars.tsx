// A stacked bar chart over time, with one bar per period. Hours and days are labelled in the selected time zone.
import { compact, number } from '../../time/format.js';
import { niceTop, useWidth } from './use-width.js';

export interface Part {
  readonly tone: 'accent' | 'good' | 'warn' | 'bad';
  readonly name: string;
  readonly value: number;
}

export interface Bar {
  readonly key: string;
  /** Title of the bar, shown in the tooltip. */
  readonly title: string;
  readonly parts: readonly Part[];
  /** Shown below the axis. */
  readonly label?: string | undefined;
  /** A vertical line before this bar. */
  readonly line?: 'day' | 'change' | undefined;
  readonly lineLabel?: string | undefined;
}

interface StackedBarsProps {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly height?: number;
}

const LEFT = 40;
const TOP = 18;
const BOTTOM = 20;

const sum = (parts: readonly Part[]): number => parts.reduce((total, { value }) => total + value, 0);

const titleOf = ({ title, parts }: Bar): string =>
  [title, ...parts.filter(({ value }) => value > 0).map(({ name, value }) => `${number(value)} ${name}`)].join('\n');

interface Scale {
  readonly y: (value: number) => number;
  readonly x: (n: number) => number;
  readonly step: number;
  readonly bottom: number;
}

const Column = ({ bar, n, scale }: { readonly bar: Bar; readonly n: number; readonly scale: Scale }) => {
  const { x, y, step, bottom } = scale;
  const gap = step > 6 ? Math.min(3, step * 0.18) : 0.5;
  let below = 0;
  return (
    <g>
      {bar.parts.map(({ tone, name, value }) => {
        const [from, to] = [below, (below += value)];
        const tall = Math.max(0, y(from) - y(to));
        return value === 0 ? null : (
          <rect
            key={name}
            class={`bar ${tone}`}
            x={x(n) + gap / 2}
            y={y(to) - (tall < 1.5 ? 1.5 - tall : 0)}
            width={Math.max(1, step - gap)}
            height={Math.max(1.5, tall)}
          />
        );
      })}
      <rect class="slot" x={x(n)} y={TOP} width={step} height={bottom - TOP}>
        <title>{titleOf(bar)}</title>
      </rect>
    </g>
  );
};

const Line = ({ bar, at, bottom }: { readonly bar: Bar; readonly at: number; readonly bottom: number }) =>
  bar.line === undefined ? null : (
    <g>
      <line class={`${bar.line}-line`} x1={at} x2={at} y1={bar.line === 'change' ? 4 : TOP} y2={bottom} />
      {bar.lineLabel && (
        <text class={`${bar.line}-label`} x={at + 4} y={12}>
          {bar.lineLabel}
        </text>
      )}
    </g>
  );

const CHARACTER = 6.4;

/** Labels that fit: a label that would overlap the previous one is omitted. */
function labelsWithRoom(bars: readonly Bar[], scale: Scale, width: number): { key: string; text: string; x: number }[] {
  let free = 0;
  return bars.flatMap(({ key, label, line }, n) => {
    if (label === undefined) return [];
    const size = label.length * CHARACTER;
    const x = Math.min(scale.x(n) + (line ? 2 : 0), width - size);
    if (x < free) return [];
    free = x + size + 8;
    return [{ key, text: label, x }];
  });
}

export const StackedBars = ({ name, bars, height = 190 }: StackedBarsProps) => {
  const [element, width] = useWidth<SVGSVGElement>();
  const top = niceTop(Math.max(0, ...bars.map(({ parts }) => sum(parts))));
  const bottom = height - BOTTOM;
  const step = (width - LEFT) / Math.max(1, bars.length);
  const scale: Scale = {
    y: (value) => bottom - (value / top) * (bottom - TOP),
    x: (n) => LEFT + n * step,
    ...{ step, bottom },
  };
  const total = bars.reduce((all, { parts }) => all + sum(parts), 0);
  return (
    <svg ref={element} class="chart" height={height} role="img" aria-label={`${name}: ${number(total)} in total`}>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line class="grid" x1={LEFT} x2={width} y1={scale.y(top * share)} y2={scale.y(top * share)} />
          <text x={LEFT - 8} y={scale.y(top * share) + 4} text-anchor="end">
            {compact(top * share)}
          </text>
        </g>
      ))}
      {bars.map((bar, n) => (
        <Column key={bar.key} bar={bar} n={n} scale={scale} />
      ))}
      {bars.map((bar, n) => (
        <Line key={bar.key} bar={bar} at={scale.x(n)} bottom={bottom} />
      ))}
      {labelsWithRoom(bars, scale, width).map(({ key, text, x }) => (
        <text key={key} x={x} y={height - 5}>
          {text}
        </text>
      ))}
    </svg>
  );
};
