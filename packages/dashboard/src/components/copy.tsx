// A button that copies a text, such as an ID or a payload.
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icons/icon.js';

const SHOWN_MS = 1_500;

/** The Clipboard API is available only over HTTPS; without it, the text is selected and copied. */
function copySelected(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

interface CopyProps {
  readonly text: string;
  /** Name of the copied value, such as "the ID". */
  readonly what: string;
}

export const Copy = ({ text, what }: CopyProps) => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      class="bare copy"
      title={copied ? 'Copied' : `Copy ${what}`}
      aria-label={`Copy ${what}`}
      onClick={() => void copy(text).then(setCopied)}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} />
    </button>
  );
};

/** A full ID with a copy button. */
export const WholeId = ({ id }: { readonly id: string }) => (
  <span class="whole-id">
    <span class="mono break">{id}</span>
    <Copy text={id} what="the ID" />
  </span>
);
