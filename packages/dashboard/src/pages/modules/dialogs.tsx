// The dialogs of a module's page: a form, its result, or the details of a row. They are outside the table, whose rows handle clicks.
import { Dialog } from '../../components/feedback/dialog.js';
import { Copy } from '../../components/copy.js';
import { Plain } from '../../components/layout/page.js';
import type { ModuleColumn } from '../../state/module-pages.js';
import { FormDialog } from './form/form-dialog.js';
import { ItemFacts } from './item-facts.js';
import { inShort, valueAt, type Item } from './items.js';
import { openDialog, opened, type Opened } from './opened.js';
import { titleOf } from './perform.js';

/** A dialog that is replaced by another one also fires `close`, which must not close the new one. */
const closing = (one: Opened) => (): void => {
  if (opened.value === one) openDialog(null);
};

/** A value that fits on one line gets a copy button; a longer one is shown as text. */
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
