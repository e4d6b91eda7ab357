// What a module's page opens above itself: a form, what came of it, or more of a row. Outside of the table, whose rows take clicks.
import { Dialog } from '../../components/feedback/dialog.js';
import { Copy } from '../../components/copy.js';
import { Plain } from '../../components/layout/page.js';
import type { ModuleColumn } from '../../state/module-pages.js';
import { FormDialog } from './form/form-dialog.js';
import { ItemFacts } from './item-facts.js';
import { inShort, valueAt, type Item } from './items.js';
import { openDialog, opened, type Opened } from './opened.js';
import { titleOf } from './perform.js';

/** A dialog that makes way for another closes as well: that must not close the other. */
const closing = (one: Opened) => (): void => {
  if (opened.value === one) openDialog(null);
};

/** One that fits a line is made to be copied; a longer one is made to be read. */
const ResultText = ({ column, item }: { readonly column: ModuleColumn; readonly item: Item }) => {
  const text = inShort(valueAt(item, column.field));
  if (text.includes('\n')) return <Plain text={text} label={column.title} />;
  return (
    <span class="whole-id">
      <code class="break">{text}</code>
      <Copy text={text} what={column.title.toLowerCase()} />
    </span>
  );
};

type OpenedResult = Extract<Opened, { kind: 'result' }>;

const Result = ({ form, item, subject, onClose }: OpenedResult & { readonly onClose: () => void }) => (
  <Dialog title={titleOf(form, subject)} onClose={onClose}>
    {form.note && <div class="note warn">{form.note}</div>}
    {(form.result ?? []).map((column) =>
      column.kind === 'text' ? (
        <div key={column.field} class="field">
          <span>{column.title}</span>
          <ResultText column={column} item={item} />
        </div>
      ) : (
        <ItemFacts key={column.field} columns={[column]} item={item} />
      ),
    )}
    <footer>
      <button type="button" class="primary" onClick={onClose}>
        Close
      </button>
    </footer>
  </Dialog>
);

export const ModuleDialogs = () => {
  const now = opened.value;
  if (now === null) return null;
  const close = closing(now);
  switch (now.kind) {
    case 'form':
      return <FormDialog {...now} onClose={close} />;
    case 'result':
      return <Result {...now} onClose={close} />;
    case 'more':
      return (
        <Dialog title={now.title} onClose={close}>
          <ItemFacts columns={now.columns} item={now.item} />
        </Dialog>
      );
  }
};
