// A button that changes something: disabled with a reason if the role does not allow it, and while it is busy.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { can, type Role } from '../../state/session.js';

interface ActionButtonProps {
  readonly role?: Role;
  readonly onAct: () => Promise<unknown> | void;
  readonly children: ComponentChildren;
  readonly kind?: 'primary' | 'danger' | 'quiet' | undefined;
  readonly disabled?: boolean;
}

export const ActionButton = ({ role = 'operator', onAct, children, kind, disabled = false }: ActionButtonProps) => {
  const [busy, setBusy] = useState(false);
  const allowed = can(role);
  const act = async (): Promise<void> => {
    setBusy(true);
    try {
      await onAct();
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      class={kind}
      disabled={disabled || busy || !allowed}
      title={allowed ? undefined : `Requires the role ${role}`}
      onClick={() => void act()}
    >
      {children}
    </button>
  );
};
