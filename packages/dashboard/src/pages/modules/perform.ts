// Does what a form or an action of a module says, and tells what came of it.
import { request } from '../../api/request.js';
import { act, ask, type Outcome } from '../../components/feedback/confirm.js';
import type { ModuleAction, ModuleForm } from '../../state/module-pages.js';
import { link } from '../../state/router.js';
import { openDialog } from './opened.js';
import { filled, type Item } from './items.js';

/** `:id` as a whole value stands for that field of the item. */
const bodyValue = (value: unknown, item: Item): unknown =>
  typeof value === 'string' && /^:\w+$/.test(value) ? item[value.slice(1)] : value;

function bodyOf({ method, body = {} }: ModuleForm, item: Item, entered: Item): object {
  const fixed = Object.entries(body).map(([name, value]) => [name, bodyValue(value, item)] as const);
  return method === 'delete' ? {} : { body: { ...Object.fromEntries(fixed), ...entered } };
}

/** What is done, and to what: `Remove: ada@example.com`. */
export const titleOf = ({ title }: ModuleForm, subject: string): string =>
  subject === '' ? title : `${title}: ${subject}`;

/** Null: its result is shown instead of being told. Throws an ApiProblem. */
export async function perform(form: ModuleForm, item: Item, entered: Item, subject = ''): Promise<Outcome | null> {
  // A browser leaves `patch` as it is, and servers know only PATCH.
  const method = form.method.toUpperCase();
  const response = await request<Item>(filled(form.path, item) ?? form.path, {
    method,
    ...bodyOf(form, item, entered),
  });
  if (form.result === undefined) {
    const done = subject === '' ? form.title : `${form.title} (${subject})`;
    return { text: `${done}: done.`, href: link(['audit']), linkText: 'See the audit log' };
  }
  openDialog({ kind: 'result', form, item: response, subject });
  return null;
}

/** Asks first for what is wanted: fields, or a yes. */
export function begin(
  action: ModuleAction | ModuleForm,
  item: Item,
  onDone: () => void,
  subject = '',
): Promise<void> | void {
  if (action.fields !== undefined) return openDialog({ kind: 'form', form: action, item, onDone, subject });
  const doIt = async (): Promise<Outcome | null> => {
    const outcome = await perform(action, item, {}, subject);
    onDone();
    return outcome;
  };
  if (action.confirm === undefined) return act(doIt);
  const { title, confirm: text, method } = action;
  ask({ title: `${titleOf(action, subject)}?`, text, action: title, danger: method === 'delete', perform: doIt });
}
