// Short messages about completed actions, with a link to the result.
import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  readonly href?: string | undefined;
  readonly linkText?: string | undefined;
}

export const toasts = signal<readonly Toast[]>([]);

const SHOWN_MS = 8_000;
let last = 0;

export const dismiss = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/** Errors stay until they are dismissed. */
export function say(text: string, more: Partial<Pick<Toast, 'kind' | 'href' | 'linkText'>> = {}): void {
  const toast: Toast = { id: (last += 1), kind: 'done', text, ...more };
  toasts.value = [...toasts.value.slice(-3), toast];
  if (toast.kind === 'done') setTimeout(() => dismiss(toast.id), SHOWN_MS);
}
