// Who runs jobs, which ones, and what the autoscaler says of it.

import { h, jobLink, link, queuePath, say } from './dom.js';
import { age, count, plural, time } from './format.js';
import { keyed, table } from './table.js';

const COLUMNS = [
  { title: 'Worker', class: 'name' },
  { title: 'State' },
  { title: 'Slots' },
  { title: 'Runs', class: 'wide runs' },
  { title: 'Queues', class: 'wide' },
  { title: 'Up', class: 'number middle' }, { title: 'Seen', class: 'number' },
];
const MOST = 4;
const NONE = 'None is running: there are as many workers as you start. levee autoscale starts them by the load.';
const PIPS = 32;

// A slot each, full or empty; only the figures where there are too many.
function slots(node, busy, all) {
  const pips = all > PIPS
    ? []
    : Array.from({ length: all }, (_, index) => h('i', { class: index < busy ? 'full' : '' }));
  node.replaceChildren(h('span', { class: 'pips', 'aria-hidden': 'true' }, pips), `${count(busy)} / ${count(all)}`);
}

function row() {
  const cells = COLUMNS.map(
    (column, index) => h(index ? 'td' : 'th', { class: column.class, scope: index ? undefined : 'row' }),
  );
  const host = h('small');
  const name = h('span');
  cells[0].append(name, host);
  const badge = h('span', { class: 'badge' });
  cells[1].append(badge);
  const jobs = h('ul', { class: 'inline' });
  const more = h('button', { class: 'quiet', click: () => { isOpen = !isOpen; show(); } });
  cells[3].append(jobs, more);
  const update = keyed(jobs, ({ key }) => ({ node: h('li', null, jobLink(key)) }));
  let isOpen = false;
  let running = [];
  let shape = '';

  function show() {
    const shown = isOpen ? running : running.slice(0, MOST);
    update(shown.map((id) => ({ key: id })));
    more.hidden = running.length <= MOST;
    say(more, isOpen ? 'fewer' : `${count(running.length - MOST)} more`);
  }

  return {
    node: h('tr', null, cells),
    update({ worker }) {
      say(name, worker.name);
      say(host, ` ${worker.host}, pid ${worker.pid}`);
      say(badge, worker.state);
      badge.className = `badge ${worker.state}`;
      if (shape !== `${worker.running.length}/${worker.slots}`) {
        slots(cells[2], worker.running.length, worker.slots);
        shape = `${worker.running.length}/${worker.slots}`;
      }
      running = worker.running;
      show();
      if (cells[4].childElementCount !== worker.queues.length) {
        cells[4].replaceChildren(
          ...worker.queues.flatMap((queue, index) => [index ? ', ' : '', link(queuePath(queue), queue)]),
        );
      }
      say(cells[5], age(worker.upSeconds));
      say(cells[6], `${age(worker.seenSecondsAgo)} ago`);
      cells[6].classList.toggle('bad', worker.seenSecondsAgo > 5);
    },
  };
}

export function workerTable() {
  const rows = table('Workers', COLUMNS, row);
  return { node: rows.node, update: (workers) => rows.update(workers.map((worker) => ({ key: worker.name, worker }))) };
}

// The autoscaler's own words.
function scaler() {
  const [desired, reason, who] = [h('strong'), h('p'), h('p', { class: 'muted' })];
  const node = h('section', { class: 'panel' }, h('h2', null, 'Autoscaler'), h('p', null, desired), reason, who);
  return {
    node,
    update({ autoscaler, workers, time: now }) {
      const { leader, desired: wanted, reason: words, decidedAt, setByHand } = autoscaler;
      const there = plural(workers.length, 'worker');
      if (setByHand !== null) say(desired, `${count(setByHand)} wanted, set by hand; ${there} there`);
      else say(desired, wanted === null ? `${there} there` : `${count(wanted)} wanted, ${there} there`);
      say(reason, words ?? (leader ? 'It has decided nothing yet.' : NONE));
      const ago = decidedAt
        ? ` It decided ${age((Date.parse(now) - Date.parse(decidedAt)) / 1_000)} ago, at ${time(decidedAt)}.`
        : '';
      say(who, leader ? `${leader} leads.${ago}` : '');
    },
  };
}

export function workers() {
  const [autoscaler, rows] = [scaler(), workerTable()];
  const none = h(
    'p',
    { class: 'empty' },
    'No worker shows itself: what is submitted waits. Start one with ',
    h('code', null, 'levee work'),
    '.',
  );
  const words = h('span', { class: 'muted' });
  const node = h('div', null, h('h1', { tabindex: '-1' }, 'Workers ', words), rows.node, none, autoscaler.node);
  node.hidden = true;
  return {
    title: 'Workers',
    node,
    update({ snapshot }) {
      node.hidden = !snapshot;
      if (!snapshot) return;
      const draining = snapshot.workers.filter(({ state }) => state === 'draining').length;
      say(words, `${count(snapshot.workers.length)}${draining ? `, ${count(draining)} draining` : ''}`);
      rows.update(snapshot.workers);
      rows.node.hidden = snapshot.workers.length === 0;
      none.hidden = snapshot.workers.length > 0;
      autoscaler.update(snapshot);
    },
  };
}
