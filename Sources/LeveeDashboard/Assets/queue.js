// One queue: its figures, what can be done to it, its dead letters.

import { ask, Failure } from './api.js';
import { confirm } from './dialog.js';
import { h, jobLink, link, say, toast } from './dom.js';
import { briefAge, bytes, count, duration, millis, plural, rate, time } from './format.js';
import { figures, plots } from './overview.js';
import { table } from './table.js';
import { workerTable } from './workers.js';

const MOST = 25;
// How often dead letters are read anew, while their number changes.
const PAUSE = 5_000;

const TILES = [
  {
    title: 'Ready',
    show: (queue) => [
      count(queue.ready),
      Object.entries(queue.readyByPriority).filter(([, number]) => number).map(
        ([name, number]) => `${count(number)} ${name}`,
      ).join(', '),
    ],
  },
  { title: 'In flight', show: (queue) => [count(queue.inFlight), ''] },
  {
    title: 'Scheduled',
    show: (queue, series) => [
      count(queue.scheduled),
      queue.nextDueAt ? `next in ${duration(millis(queue.nextDueAt) - series.now)}` : '',
    ],
  },
  {
    title: 'In / s',
    show: (queue, series) => [rate(series.rate('submitted', queue.name)), `${count(queue.submitted)} in all`],
  },
  {
    title: 'Out / s',
    show: (queue, series) => [rate(series.rate('ended', queue.name)), `${count(queue.succeeded)} succeeded`],
  },
  {
    title: 'Oldest',
    show: (queue) => [briefAge(queue.oldestReadySeconds), queue.suspect ? `${count(queue.suspect)} run alone` : ''],
  },
  { title: 'Failed', show: (queue) => [count(queue.failed), `${count(queue.canceled)} canceled`] },
  { title: 'Payloads', show: (queue) => [bytes(queue.bytes), 'not ended yet'] },
];

const COLUMNS = [
  { title: 'Job', class: 'name' },
  { title: 'Type', class: 'middle' },
  { title: 'Failed', class: 'middle' },
  { title: 'Attempts', class: 'number wide' },
  { title: 'Error', class: 'words' },
  { title: 'What can be done', isUnseen: true },
];

// The dead letters of a queue, a page at a time.
function letters(name) {
  const rows = table('Dead letters', COLUMNS, ({ letter }) => ({ node: row(letter) }));
  const total = h('span', { class: 'muted' });
  const older = h('button', { class: 'quiet', click: () => load(next) }, 'Older');
  const newest = h('button', { class: 'quiet', click: () => load(null) }, 'Newest');
  const all = h('button', { click: retryAll }, 'Retry all');
  const none = h('button', { class: 'grave', click: removeAll }, 'Remove all');
  const node = h(
    'section',
    null,
    h(
      'div',
      { class: 'headed' },
      h('h2', null, 'Dead letters ', total),
      h('div', { class: 'buttons' }, newest, older, all, none),
    ),
    rows.node,
  );
  let [next, cursor, known, here, loadedAt] = [null, null, null, 0, -Infinity];

  function row(letter) {
    const act = (title, perform) => h(
      'button',
      { class: 'quiet', 'aria-label': `${title} ${letter.id}`, click: perform },
      title,
    );
    return h(
      'tr',
      null,
      h('th', { scope: 'row', class: 'name' }, jobLink(letter.id)),
      h('td', { class: 'middle' }, letter.type),
      h('td', { class: 'middle' }, time(letter.failedAt)),
      h('td', { class: 'number wide' }, `${letter.attempts} of ${letter.maxAttempts}`),
      h(
        'td',
        { class: 'words', title: letter.error?.detail },
        h('b', null, letter.error?.code),
        ' ',
        letter.error?.detail,
      ),
      h('td', { class: 'buttons' }, act('Retry', () => retry(letter)), act('Remove', () => remove(letter))),
    );
  }

  async function load(from) {
    cursor = from;
    loadedAt = performance.now();
    try {
      const page = await ask(
        'GET',
        `queues/${encodeURIComponent(name)}/dead?limit=${MOST}${from ? `&cursor=${encodeURIComponent(from)}` : ''}`,
      );
      next = page.next;
      here = page.deadLetters.length;
      say(total, count(page.total));
      rows.update(page.deadLetters.map((letter) => ({ key: letter.id, letter })));
      node.hidden = page.total === 0;
      older.hidden = !next;
      newest.hidden = !cursor;
      if (cursor && !here) load(null);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  const reload = () => load(cursor);

  async function retry({ id }) {
    try {
      const made = await ask('POST', `jobs/${id}/retry`);
      toast(h('span', null, 'A new job was made of it: ', jobLink(made.id)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(error.message, true);
    }
    reload();
  }

  function remove({ id, type }) {
    confirm({
      title: `Remove ${id}?`,
      text: `The job of type ${type} goes with its payload, its error and its log. It cannot be retried any more.`,
      action: 'Remove it',
      isGrave: true,
      done: 'The job was removed.',
      perform: () => ask('DELETE', `jobs/${id}`).then(reload),
    });
  }

  function retryAll() {
    confirm({
      title: `Retry ${plural(known, 'dead letter')} of ${name}?`,
      text: 'A new job is made of each, with the same payload, at the end of the line.',
      action: 'Retry all',
      done: ({ retried, left }) => `${plural(retried, 'new job')} made${left ? `, ${count(left)} left` : ''}.`,
      perform: () => ask(
        'POST',
        `queues/${encodeURIComponent(name)}/dead/retry`,
      ).then((answer) => { load(null); return answer; }),
    });
  }

  function removeAll() {
    confirm({
      title: `Remove ${plural(known, 'dead letter')} of ${name}?`,
      text: 'They go with their payloads and errors, and cannot be retried any more.',
      action: 'Remove all',
      typed: name,
      isGrave: true,
      done: ({ removed }) => `${plural(removed, 'dead letter')} removed.`,
      perform: () => ask(
        'DELETE',
        `queues/${encodeURIComponent(name)}/dead`,
      ).then((answer) => { load(null); return answer; }),
    });
  }

  node.hidden = true;
  return {
    node,
    // Reads them anew when their number has changed.
    update({ dead }) {
      if (dead === known || performance.now() - loadedAt < PAUSE) return;
      known = dead;
      reload();
    },
  };
}

export function queue(name) {
  const path = `queues/${encodeURIComponent(name)}`;
  let shown = null;
  const badge = h('span', { class: 'badge paused' }, 'paused');
  const pause = h('button', { click: () => (shown.paused ? resume() : hold()) });
  const purge = h('button', { class: 'grave', click: empty }, 'Purge');
  const tiles = figures(`Queue ${name}`, TILES);
  const charts = plots(name);
  const dead = letters(name);
  const serving = workerTable();
  const nobody = h('p', { class: 'empty' }, 'No worker serves this queue: what waits here goes on waiting.');
  const missing = h('p', { class: 'empty' }, `There is no queue ${name}. `, link('/', 'All queues'));
  const body = h(
    'div',
    null,
    tiles.node,
    charts.node,
    dead.node,
    h('section', null, h('h2', null, 'Workers that serve it'), serving.node, nobody),
  );
  const jobs = link(`/jobs?queue=${encodeURIComponent(name)}`, 'Jobs');
  const node = h(
    'div',
    null,
    h(
      'div',
      { class: 'headed' },
      h('h1', { tabindex: '-1' }, h('small', null, 'Queue'), name, ' ', badge),
      h('div', { class: 'buttons' }, jobs, pause, purge),
    ),
    body,
    missing,
  );
  jobs.className = 'button';
  node.hidden = true;

  const runs = () => (shown.inFlight ? ` The ${plural(shown.inFlight, 'job')} in flight go on.` : '');

  function hold() {
    confirm({
      title: `Pause ${name}?`,
      text: `Workers take no more jobs from it; ${plural(shown.ready, 'job')} would wait, and new ones.${runs()}`,
      action: 'Pause', done: `${name} is paused.`, perform: () => ask('POST', `${path}/pause`),
    });
  }

  function resume() {
    confirm({
      title: `Resume ${name}?`, text: `Workers take its jobs again; ready: ${count(shown.ready)}.`,
      action: 'Resume', done: `${name} goes on.`, perform: () => ask('POST', `${path}/resume`),
    });
  }

  function empty() {
    const waiting = shown.ready + shown.scheduled;
    const kinds = `${count(shown.ready)} ready and ${count(shown.scheduled)} scheduled`;
    confirm({
      title: `Purge ${name}?`,
      text: `All that waits is canceled for good: ${plural(waiting, 'job')}, ${kinds}.${runs()}`,
      action: `Cancel ${plural(waiting, 'job')}`,
      typed: name,
      isGrave: true,
      done: ({ canceled }) => `${plural(canceled, 'job')} of ${name} canceled.`,
      perform: () => ask('POST', `${path}/purge`),
    });
  }

  return {
    title: name,
    node,
    update({ snapshot, series }) {
      node.hidden = !snapshot;
      if (!snapshot) return;
      shown = snapshot.queues.find((queue) => queue.name === name) ?? null;
      missing.hidden = Boolean(shown);
      body.hidden = !shown;
      for (const part of [pause, purge, jobs]) part.hidden = !shown;
      badge.hidden = !shown?.paused;
      if (!shown) return;
      say(pause, shown.paused ? 'Resume' : 'Pause');
      tiles.update(shown, series);
      charts.update(series);
      dead.update(shown);
      const workers = snapshot.workers.filter(({ queues }) => queues.includes(name));
      serving.update(workers);
      serving.node.hidden = workers.length === 0;
      nobody.hidden = workers.length > 0;
    },
  };
}
