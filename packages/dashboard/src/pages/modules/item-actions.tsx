// The buttons of what can be done with an item, or with a list.
import { ActionButton } from '../../components/form/action-button.js';
import type { ModuleAction, ModuleForm } from '../../state/module-pages.js';
import { isOffered, type Item } from './items.js';
import { begin } from './perform.js';

interface ItemActionsProps {
  readonly actions: readonly ModuleAction[];
  readonly item: Item;
  /** The name of the item among others. */
  readonly subject?: string;
  readonly onDone: (action: ModuleAction) => void;
}

export const ItemActions = ({ actions, item, subject, onDone }: ItemActionsProps) => (
  <span class="actions">
    {actions
      .filter((action) => isOffered(action, item))
      .map((action) => (
        <ActionButton
          key={action.title}
          role={action.role}
          kind={action.method === 'delete' ? 'danger' : undefined}
          onAct={() => begin(action, item, () => onDone(action), subject)}
        >
          {action.title}
        </ActionButton>
      ))}
  </span>
);

export const CreateButton = ({ create, onDone }: { readonly create: ModuleForm; readonly onDone: () => void }) => (
  <ActionButton role={create.role} kind="primary" onAct={() => begin(create, {}, onDone)}>
    {create.title}
  </ActionButton>
);
