// An item as a list of names and values.
import { Facts } from '../../components/layout/page.js';
import type { ModuleColumn } from '../../state/module-pages.js';
import { Cell } from './cell.js';
import type { Item } from './items.js';

interface ItemFactsProps {
  readonly columns: readonly ModuleColumn[];
  readonly item: Item;
}

/** Uses several columns if there is room. */
export const ItemFacts = ({ columns, item }: ItemFactsProps) => (
  <div class="item-facts">
    <Facts
      facts={columns.map(
        (column) => [column.title, <Cell key={column.field} column={column} item={item} whole />] as const,
      )}
    />
  </div>
);
