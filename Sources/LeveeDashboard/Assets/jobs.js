// All jobs, by state, type and queue, page by page; a page is an address, so that going back leads to the one before.

import { ask, Failure } from './api.js';
import { h, jobLink, link, queuePath, say } from './dom.js';
import { ENDED, STATES, duration, millis, time } from './format.js';
import { live } from './live.js';
import { table } from './table.js';

const LIMIT = 25;
const MEMORY = 'Of those that have ended each queue remembers the last thousand; older ones are found by their ids.';
// A page may come short with more to come, since the work of one question has a bound; so many are asked for one page.
const QUESTIONS = 6;
// How often a list is read anew, if anything has moved; seldom where Redis has to look through many jobs for it.
const OFTEN = 5_000;
const SELDOM = 60_000;
// What tells that a list may have changed.
const FIGURES = ['submitted', 'ready', 'inFlight', 'succeeded', 'failed', 'canceled'];
const WAITING = new Set(['scheduled', 'queued', 'running']);

const COLUMNS = [
  { title: 'State' },
  { title: 'Job', class: 'name' },
  { title: 'Type' },
  { title: 'Queue', class: 'middle' },
  { title: 'Attempt', class: 'number wide' },
  { title: 'Submitted', class: 'wide' },
  { title: 'Elapsed', class: 'number middle' },
  { title: 'Error', class: 'words wide' },
];

export function stateBadge(state) {
  return h('span', { class: `badge ${state}` }, h('i', { 'aria-hidden': 'true' }, STATES[state]), state);
}

function address(query, changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  return text ? `/jobs?${text}` : '/jobs';
}

function row() {
  const cells = COLUMNS.map((column) => h('td', { class: column.class }));
  let version;
  return {
    node: h('tr', null, cells),
    update({ job, now }) {
      const end = ENDED.has(job.status) ? millis(job.updatedAt) : now;
      say(cells[6], duration(end - millis(job.createdAt)));
      const current = `${job.status} ${job.updatedAt}`;
      if (current === version) return;
      version = current;
      cells[0].replaceChildren(stateBadge(job.status));
      if (!cells[1].firstChild) cells[1].append(jobLink(job.id));
      say(cells[2], job.type);
      if (!cells[3].firstChild) cells[3].append(link(queuePath(job.queue), job.queue));
      say(cells[4], `${job.attempt} of ${job.maxAttempts}`);
      say(cells[5], time(job.createdAt));
      cells[7].title = job.error?.detail ?? '';
      cells[7].replaceChildren(
        ...(job.error && job.status !== 'succeeded' ? [h('b', null, job.error.code), ` ${job.error.detail}`] : []),
      );
    },
  };
}

export function jobs(query) {
  const [state, type, name, cursor] = ['state', 'type', 'queue', 'cursor'].map((part) => query.get(part));
  const chips = [[null, 'All'], ...Object.keys(STATES).map((key) => [key, key])].map(([key, title]) => {
    const node = link(
      address(query, { state: key, cursor: null }),
      key && h('i', { 'aria-hidden': 'true' }, STATES[key]),
      title,
    );
    if (key === state) node.setAttribute('aria-current', 'true');
    return node;
  });
  const types = h(
    'input',
    {
      value: type ?? '',
      placeholder: 'any type',
      'aria-label': 'Type',
      autocomplete: 'off',
      spellcheck: 'false',
      change: () => go({ type: types.value.trim() }),
    },
  );
  const queues = h(
    'select',
    { 'aria-label': 'Queue', change: () => go({ queue: queues.value }) },
    h('option', { value: '' }, 'any queue'),
  );
  const rows = table('Jobs', COLUMNS, row);
  const words = h('p', { class: 'empty' });
  const again = h('button', { class: 'quiet', click: () => load(true) }, 'Refresh');
  const read = h('span', { class: 'muted' });
  const fresh = h('button', { class: 'fresh', click: () => take() }, 'The list has changed: show it');
  const first = link(address(query, { cursor: null }), 'First page');
  const next = link('/jobs', 'Next page');
  first.className = next.className = 'button';
  const node = h('div', null, h('h1', { tabindex: '-1' }, 'Jobs'),
    h(
      'div',
      { class: 'filters' },
      h('nav', { class: 'chips', 'aria-label': 'States' }, chips),
      types,
      queues,
      h('span', null, read, again),
    ),
    fresh,
    rows.node,
    words,
    h('div', { class: 'buttons pages' }, first, next));
  first.hidden = !cursor;
  next.hidden = true;
  fresh.hidden = true;
  rows.node.hidden = true;

  const stop = new AbortController();
  const pause = !type && (!state || WAITING.has(state)) ? OFTEN : SELDOM;
  let [shown, held, isLoading, loadedAt, seen] = [null, null, false, 0, ''];

  function go(changes) {
    location.hash = address(query, { ...changes, cursor: null });
  }

  async function page() {
    const wanted = new URLSearchParams();
    for (const part of ['state', 'type', 'queue', 'cursor']) if (query.get(part)) wanted.set(part, query.get(part));
    const found = [];
    for (let questions = 1; ; questions += 1) {
      wanted.set('limit', LIMIT - found.length);
      const { jobs, next } = await ask('GET', `jobs?${wanted}`, stop.signal);
      found.push(...jobs);
      if (!next || found.length === LIMIT || questions === QUESTIONS) return { jobs: found, next };
      wanted.set('cursor', next);
    }
  }

  async function load(isWanted) {
    isLoading = true;
    try {
      held = await page();
      say(words, '');
      say(read, time(new Date().toISOString()));
      if (isWanted) take();
      else offer();
    } catch (error) {
      if (error.name === 'AbortError') return;
      if (!(error instanceof Failure)) throw error;
      if (!shown || isWanted) say(words, error.message);
    } finally {
      isLoading = false;
      loadedAt = performance.now();
    }
  }

  const ids = (page) => page.jobs.map(({ id }) => id).join();

  // Jobs that are shown change where they are. Others come and go only while nobody reads the list, or on request.
  function offer() {
    const isRead = rows.node.contains(document.activeElement) || rows.node.matches(':hover') || scrollY > 120;
    if (!shown || ids(held) === ids(shown) || !isRead) return take();
    const known = new Map(held.jobs.map((job) => [job.id, job]));
    shown = { ...shown, jobs: shown.jobs.map((job) => known.get(job.id) ?? job) };
    fresh.hidden = false;
    return draw();
  }

  function take() {
    shown = held;
    fresh.hidden = true;
    next.hidden = !shown.next;
    if (shown.next) next.href = `#${address(query, { cursor: shown.next })}`;
    draw();
  }

  function draw() {
    const now = live.snapshot ? millis(live.snapshot.time) : Date.now();
    rows.node.hidden = shown.jobs.length === 0;
    rows.update(shown.jobs.map((job) => ({ key: job.id, job, now })));
    const what = [state, type && `of type ${type}`, name && `in ${name}`].filter(Boolean).join(' ');
    if (shown.jobs.length) return;
    if (shown.next) say(words, 'None among the first few thousand that were looked through; the next page goes on.');
    else say(words, `No jobs${what ? ` ${what}` : ''}. ${MEMORY}`);
  }

  load();
  return {
    title: 'Jobs',
    node,
    update({ snapshot, isFresh }) {
      if (snapshot && queues.options.length !== snapshot.queues.length + 1) {
        queues.replaceChildren(
          h('option', { value: '' }, 'any queue'),
          ...snapshot.queues.map((queue) => h('option', { value: queue.name }, queue.name)),
        );
        queues.value = name ?? '';
      }
      if (shown) draw();
      // Nothing is read anew unless something has moved.
      const figures = pause === SELDOM && !type ? [state] : FIGURES;
      const moved = snapshot?.queues.flatMap((queue) => figures.map((figure) => queue[figure])).join() ?? '';
      if (!isFresh || isLoading || document.hidden || moved === seen || performance.now() - loadedAt < pause) return;
      seen = moved;
      load();
    },
    close: () => stop.abort(),
  };
}
