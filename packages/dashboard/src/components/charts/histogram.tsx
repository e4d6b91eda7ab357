// How long things took, as bars from short to long: each bar is what fell between two limits, which grow by a factor.
import { compact, duration, number } from '../../time/format.js';
import { useWidth } from './use-width.js';

interface Bin {
  readonly limit_ms: number;
  readonly count: number;
}

/** Bars for one name: two bins become one where there are many. */
const MOST_BARS = 48;
const HEIGHT = 84;
const AXIS = 16;
/** The factor between two limits is 2 to the power of this. */
const STEP = 0.25;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const place = (ms: number): number => Math.round(Math.log2(Math.max(ms, 2 ** -10)) / STEP);

/** The bins between the least and the greatest, empty ones included, so that the axis is even. */
function barsOf(bins: readonly Bin[]): readonly Bar[] {
  const places = bins.map(({ limit_ms: limit }) => place(limit));
  const first = Math.min(...places) - 1;
  const last = Math.max(...places) + 1;
  const wide = Math.max(1, Math.ceil((last - first) / MOST_BARS));
  return Array.from({ length: Math.ceil((last - first) / wide) }, (_, n) => {
    const [from, to] = [first + n * wide, first + (n + 1) * wide];
    const inside = bins.filter((_, index) => (places[index] as number) > from && (places[index] as number) <= to);
    return {
      from: 2 ** (from * STEP),
      to: 2 ** (to * STEP),
      count: inside.reduce((sum, { count }) => sum + count, 0),
    };
  });
}

interface HistogramProps {
  readonly name: string;
  readonly bins: readonly Bin[];
  /** Lines with a name: the percentiles. */
  readonly marks: readonly { readonly name: string; readonly ms: number }[];
}

export const Histogram = ({ name, bins, marks }: HistogramProps) => {
  const [element, width] = useWidth<SVGSVGElement>(320);
  const bars = barsOf(bins);
  const [least, greatest] = [bars[0]?.from ?? 1, bars.at(-1)?.to ?? 2];
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const bottom = HEIGHT - AXIS;
  const step = width / Math.max(1, bars.length);
  const xOf = (ms: number): number =>
    (width * (Math.log2(Math.max(ms, least)) - Math.log2(least))) / (Math.log2(greatest) - Math.log2(least));
  const said = marks.map(({ name: mark, ms }) => `${mark} ${duration(ms)}`).join(', ');
  return (
    <svg ref={element} class="chart histogram" height={HEIGHT} role="img" aria-label={`${name}: ${said}`}>
      <line class="grid" x1={0} x2={width} y1={bottom} y2={bottom} />
      {bars.map(({ from, to, count }, n) => {
        const tall = count === 0 ? 0 : Math.max(1.5, (count / most) * (bottom - 4));
        return (
          <g key={from}>
            <rect class="bar" x={n * step + 0.5} y={bottom - tall} width={Math.max(1, step - 1)} height={tall} />
            <rect class="slot" x={n * step} y={0} width={step} height={bottom}>
              <title>{`${duration(from)} to ${duration(to)}: ${number(count)}`}</title>
            </rect>
          </g>
        );
      })}
      {marks.map(({ name: mark, ms }) => (
        <line key={mark} class="mark-line" x1={xOf(ms)} x2={xOf(ms)} y1={0} y2={bottom} />
      ))}
      <text x={0} y={HEIGHT - 3}>
        {duration(least)}
      </text>
      <text x={width} y={HEIGHT - 3} text-anchor="end">
        {duration(greatest)}
      </text>
      <text x={width / 2} y={HEIGHT - 3} text-anchor="middle">
        {compact(bins.reduce((sum, { count }) => sum + count, 0))} in all
      </text>
    </svg>
  );
};
