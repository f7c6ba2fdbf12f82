// Everything at a glance: figures of the deployment, its queues, its workers.

import { plot, sparkline } from './chart.js';
import { h, link, queuePath, say } from './dom.js';
import { age, briefAge, bytes, count, plural, rate } from './format.js';
import { table } from './table.js';
import { workerTable } from './workers.js';

const sum = (items, value) => items.reduce((total, item) => total + value(item), 0);

// A row of figures. tiles: [{ title, path, show(snapshot, series) -> [figure, words, isBad] }]
export function figures(label, tiles) {
  const parts = tiles.map(({ title, path }) => {
    const [value, words] = [h('strong'), h('small')];
    const inside = [h('span', null, title), value, words];
    return { node: path ? link(path, inside) : h('div', null, inside), value, words };
  });
  const node = h('section', { class: 'figures', 'aria-label': label }, parts.map(({ node }) => node));
  return {
    node,
    update(...state) {
      tiles.forEach(({ show }, index) => {
        const [value, words, isBad] = show(...state);
        say(parts[index].value, value);
        say(parts[index].words, words ?? '');
        parts[index].node.classList.toggle('bad', Boolean(isBad));
      });
    },
  };
}

// The flow and the backlog of a queue, or of all.
export function plots(queue) {
  const flow = plot('Jobs per second', [
    { name: 'out', title: 'out', isArea: true },
    { name: 'in', title: 'in' },
    { name: 'failed', title: 'failed', isSeldom: true },
  ], rate);
  const depth = plot('Jobs that wait and run', [
    { name: 'ready', title: 'ready', isArea: true },
    { name: 'running', title: 'in flight' },
  ], count);
  return {
    node: h('div', { class: 'plots' }, flow.node, depth.node),
    update(series) {
      flow.draw([series.rates('ended', queue), series.rates('submitted', queue), series.rates('failed', queue)]);
      depth.draw([series.levels('ready', queue), series.levels('inFlight', queue)]);
    },
  };
}

const TILES = [
  {
    title: 'Ready',
    path: '/jobs?state=queued',
    show: ({ queues }) => [count(sum(queues, (queue) => queue.ready)), suspects(queues)],
  },
  {
    title: 'In flight',
    path: '/jobs?state=running',
    show: ({ queues }) => [
      count(sum(queues, (queue) => queue.inFlight)),
      `${count(sum(queues, (queue) => queue.scheduled))} scheduled`,
    ],
  },
  { title: 'In / s', show: (_, series) => [rate(series.rate('submitted')), 'submitted'] },
  { title: 'Out / s', show: (_, series) => [rate(series.rate('ended')), failing(series)] },
  {
    title: 'Oldest',
    show({ queues }) {
      const oldest = queues.reduce((most, queue) => Math.max(most, queue.oldestReadySeconds ?? -1), -1);
      const queue = queues.find(({ oldestReadySeconds }) => oldestReadySeconds === oldest);
      return oldest < 0 ? [age(null), 'nothing waits'] : [briefAge(oldest), `in ${queue.name}`];
    },
  },
  {
    title: 'Slots busy',
    path: '/workers',
    show({ workers }) {
      const [busy, slots] = [sum(workers, ({ running }) => running.length), sum(workers, (worker) => worker.slots)];
      return [
        workers.length ? `${count(busy)} / ${count(slots)}` : '0',
        plural(workers.length, 'worker'),
        workers.length === 0,
      ];
    },
  },
  {
    title: 'Dead',
    path: '/jobs?state=failed',
    show({ queues }) {
      const dead = sum(queues, (queue) => queue.dead);
      return [count(dead), 'can be retried', dead > 0];
    },
  },
  {
    title: 'Redis',
    show({ memory }) {
      if (!memory) return [bytes(null), 'memory'];
      const limit = memory.limit ? `of ${bytes(memory.limit)}` : 'no limit';
      return [bytes(memory.used), memory.full ? 'full: jobs are refused' : limit, memory.full];
    },
  },
];

function suspects(queues) {
  const number = sum(queues, (queue) => queue.suspect);
  return number ? `${count(number)} run alone` : `in ${plural(queues.filter((queue) => queue.ready).length, 'queue')}`;
}

function failing(series) {
  const failed = series.rate('failed');
  return failed ? `${rate(failed)} failed` : 'ended';
}

const COLUMNS = [
  { title: 'Queue', class: 'name' },
  { title: 'Ready', class: 'number' },
  { title: 'Ready, drawn', class: 'wide drawn', isUnseen: true },
  { title: 'In flight', class: 'number' },
  { title: 'Scheduled', class: 'number middle' },
  { title: 'In / s', class: 'number middle' },
  { title: 'Out / s', class: 'number' },
  { title: 'Out / s, drawn', class: 'wide drawn', isUnseen: true },
  { title: 'Oldest', class: 'number' },
  { title: 'Succeeded', class: 'number wide' },
  { title: 'Failed', class: 'number wide' }, { title: 'Dead', class: 'number middle' },
];

function queueRow({ key, series }) {
  const cells = COLUMNS.map(
    (column, index) => h(index ? 'td' : 'th', { class: column.class, scope: index ? undefined : 'row' }),
  );
  const paused = h('span', { class: 'badge paused' }, 'paused');
  cells[0].append(link(queuePath(key), key), ' ', paused);
  const [depth, flow] = [sparkline('ready'), sparkline('out')];
  cells[2].append(depth.node);
  cells[7].append(flow.node);
  const figure = (index, text, isBad) => {
    say(cells[index], text);
    cells[index].classList.toggle('bad', Boolean(isBad));
    cells[index].classList.toggle('nil', text === '0' || text === age(null));
  };
  return {
    node: h('tr', null, cells),
    update({ queue }) {
      paused.hidden = !queue.paused;
      figure(1, count(queue.ready));
      figure(3, count(queue.inFlight));
      figure(4, count(queue.scheduled));
      figure(5, rate(series.rate('submitted', key)));
      figure(6, rate(series.rate('ended', key)));
      figure(8, age(queue.oldestReadySeconds));
      figure(9, count(queue.succeeded));
      figure(10, count(queue.failed));
      figure(11, count(queue.dead), queue.dead > 0);
      depth.draw(series.levels('ready', key));
      flow.draw(series.rates('ended', key));
    },
  };
}

export function overview() {
  const tiles = figures('The deployment', TILES);
  const charts = plots();
  const queues = table('Queues', COLUMNS, queueRow);
  const workers = workerTable();
  const none = h(
    'p',
    { class: 'empty' },
    'No worker shows itself: what is submitted waits. Start one with ',
    h('code', null, 'levee work'),
    '.',
  );
  const node = h('div', null, h('h1', { class: 'unseen', tabindex: '-1' }, 'Overview'), tiles.node, charts.node,
    h('section', null, h('h2', null, 'Queues'), queues.node),
    h('section', null, h('h2', null, link('/workers', 'Workers')), workers.node, none));
  node.hidden = true;
  return {
    title: 'Overview',
    node,
    update({ snapshot, series }) {
      node.hidden = !snapshot;
      if (!snapshot) return;
      tiles.update(snapshot, series);
      charts.update(series);
      queues.update(snapshot.queues.map((queue) => ({ key: queue.name, queue, series })));
      workers.update(snapshot.workers);
      workers.node.hidden = snapshot.workers.length === 0;
      none.hidden = snapshot.workers.length > 0;
    },
  };
}
