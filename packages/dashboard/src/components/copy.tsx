// Copies a text: an id for a colleague, a payload for a test.
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icons/icon.js';

const SHOWN_MS = 1_500;

/** A page that is not served over HTTPS has no clipboard of its own; a selection can be copied there too. */
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
  /** What is copied: "the id". */
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

/** An id in full, to be copied. */
export const WholeId = ({ id }: { readonly id: string }) => (
  <span class="whole-id">
    <span class="mono break">{id}</span>
    <Copy text={id} what="the id" />
  </span>
);
