// Tables whose rows stay the same elements while their figures change: focus and selection survive.

import { h } from './dom.js';

// columns: [{ title, class, isUnseen }]; a row is made by `make(item)`, which gives { node, update(item) }.
export function table(label, columns, make) {
  const body = h('tbody');
  const head = columns.map(
    ({ title, class: name, isUnseen }) => h(
      'th',
      { scope: 'col', class: name },
      isUnseen ? h('span', { class: 'unseen' }, title) : title,
    ),
  );
  const node = h(
    'div',
    { class: 'scroll' },
    h('table', { 'aria-label': label }, h('thead', null, h('tr', null, head)), body),
  );
  return { node, body, update: keyed(body, make) };
}

// Keeps the children of an element in step with items, each known by its key.
export function keyed(parent, make) {
  const rows = new Map();
  return (items) => {
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.node.remove();
      rows.delete(key);
    }
    let next = parent.firstChild;
    for (const item of items) {
      let row = rows.get(item.key);
      if (!row) {
        row = make(item);
        rows.set(item.key, row);
      }
      if (row.node === next) next = next.nextSibling;
      else parent.insertBefore(row.node, next);
      row.update?.(item);
    }
  };
}
