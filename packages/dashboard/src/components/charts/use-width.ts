// How wide an element is, so that a drawing has as many pixels as it has room for.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

export function useWidth<E extends Element>(first = 640): [RefObject<E>, number] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(200, entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

/** A round number at or above the largest value, for the top of the scale. */
export function niceTop(largest: number): number {
  if (largest <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= largest) ?? 10) * power;
}
