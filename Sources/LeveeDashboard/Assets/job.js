// One job: how it stands, what happened to it, what went in and what came out, and what can be done about it.

import { ask, Failure } from './api.js';
import { content } from './content.js';
import { confirm } from './dialog.js';
import { h, jobLink, jobPath, link, queuePath, say, toast } from './dom.js';
import { ENDED, count, duration, millis, time } from './format.js';
import { stateBadge } from './jobs.js';
import { timeline } from './timeline.js';

// How often a job is read while it can change.
const OFTEN = { running: 1_000, queued: 2_000, scheduled: 2_000 };
const SELDOM = 10_000;

// What is known of the job, in pairs; what does not apply is left out.
function facts(job, now) {
  const ago = (at) => `${time(at)} (${duration(now - millis(at))} ago)`;
  const until = (at) => `${time(at)}${millis(at) > now ? ` (in ${duration(millis(at) - now)})` : ''}`;
  const isPending = !ENDED.has(job.status);
  const fields = (list) => list.map(({ name, value }) => h('div', null, h('b', null, `${name}: `), value));
  return [
    ['Type', job.type],
    ['Queue', link(queuePath(job.queue), job.queue)],
    ['Priority', job.priority],
    ['Tenant', job.tenant],
    [
      'Attempt',
      `${count(job.attempt)} of ${count(job.maxAttempts)}${job.failures ? `, ${count(job.failures)} failed` : ''}`,
    ],
    job.workersLost > 0 && ['Workers lost', count(job.workersLost)],
    job.status === 'queued' && job.ahead !== null && [
      'Before it',
      job.ahead === 0 ? 'none, it is next' : count(job.ahead),
    ],
    job.status === 'running' && ['Worker', job.worker],
    job.status === 'running' && job.leaseUntil && ['Lease', `until ${time(job.leaseUntil)}`],
    ['Submitted', ago(job.createdAt)], job.status === 'scheduled' && job.dueAt && ['Due', until(job.dueAt)],
    ['scheduled', 'queued'].includes(job.status) && ['Must start by', until(job.startBy)],
    isPending && job.endBy && ['Must end by', until(job.endBy)],
    !isPending && ['Ended', ago(job.updatedAt)], ['Kept', `until ${until(job.expiresAt)}`],
    job.retryOf && ['Made of', jobLink(job.retryOf)], job.retriedAs && ['Made anew as', jobLink(job.retriedAs)],
    job.traceId && ['Trace', h('code', null, job.traceId)],
    job.request?.method && ['Request', h('code', null, `${job.request.method} ${job.request.target}`)],
    job.request?.fields.length > 0 && ['Its fields', fields(job.request.fields)],
    job.result && ['Answer', `status ${job.result.status}`],
    job.result?.fields.length > 0 && ['Its fields', fields(job.result.fields)],
    job.followUps.length > 0 && [
      'Told to',
      job.followUps.map(({ when, kind, target }) => h('div', null, `on ${when}: ${kind} `, h('code', null, target))),
    ],
  ].filter(Boolean);
}

// Shows facts; what has not changed stays the same element, with its focus.
function put(list, pairs) {
  const names = pairs.map(([name]) => name).join();
  if (list.dataset.names !== names) list.replaceChildren(...pairs.flatMap(([name]) => [h('dt', null, name), h('dd')]));
  list.dataset.names = names;
  pairs.forEach(([, value], index) => {
    const [shown, next] = [list.children[2 * index + 1], h('dd', null, value)];
    if (shown.textContent !== next.textContent) shown.replaceChildren(...next.childNodes);
  });
}

export function job(id) {
  const path = `jobs/${encodeURIComponent(id)}`;
  const state = h('span');
  const act = {
    cancel: h('button', { click: cancel }, 'Cancel'),
    retry: h('button', { class: 'main', click: retry }, 'Retry'),
    remove: h('button', { class: 'grave', click: remove }, 'Remove'),
  };
  const copy = h(
    'button',
    { class: 'quiet', click: () => navigator.clipboard.writeText(id).then(() => toast('The id was copied.')) },
    'Copy id',
  );
  const words = h('p', { class: 'empty', role: 'status' }, '');
  const meter = h('div', { class: 'meter' }, h('i'));
  const stage = h('p', { class: 'stage' });
  const progress = h('section', { class: 'panel progress' }, h('h2', null, 'Progress'), meter, stage);
  const error = h('section', { class: 'panel error' }, h('h2'), h('pre'));
  const drawing = timeline();
  const list = h('dl', { class: 'facts' });
  const payload = content('Payload', `${path}/payload`, `${id}-payload`);
  const result = content('Result', `${path}/result`, `${id}-result`);
  const body = h(
    'div',
    { class: 'job' },
    h('div', null, error, progress, drawing.node, result.node, payload.node),
    h('aside', { class: 'panel' }, h('h2', null, 'Facts'), list),
  );
  const node = h(
    'div',
    null,
    h(
      'div',
      { class: 'headed' },
      h('h1', { tabindex: '-1' }, h('small', null, 'Job'), h('span', { class: 'id' }, id), ' ', state),
      h('div', { class: 'buttons' }, navigator.clipboard && copy, Object.values(act)),
    ),
    words,
    body,
  );
  body.hidden = true;
  for (const button of Object.values(act)) button.hidden = true;

  const stop = new AbortController();
  let [shown, history, readAt, offset, isReading, isOver] = [null, [], -Infinity, 0, false, false];

  async function read() {
    isReading = true;
    try {
      const next = await ask('GET', path, stop.signal);
      if (next.version !== shown?.version) ({ history } = await ask('GET', `${path}/history`, stop.signal));
      shown = next;
      offset = millis(shown.time) - Date.now();
      say(words, '');
      draw();
    } catch (failure) {
      if (failure.name === 'AbortError') return;
      if (!(failure instanceof Failure)) throw failure;
      if (failure.status === 404 || failure.status === 410) over(failure);
      else if (!shown) say(words, failure.message);
    } finally {
      isReading = false;
      readAt = performance.now();
    }
  }

  // Nothing is left of it, or there never was such a job.
  function over(failure) {
    isOver = true;
    for (const button of Object.values(act)) button.hidden = true;
    say(words, shown ? `${failure.title}. What is below is what was last seen of it.` : failure.message);
  }

  function draw() {
    const now = Date.now() + offset;
    const { status } = shown;
    const isPending = !ENDED.has(status);
    body.hidden = false;
    state.replaceChildren(stateBadge(status));
    act.cancel.hidden = !isPending;
    act.cancel.disabled = shown.cancelRequested;
    say(act.cancel, shown.cancelRequested ? 'Asked to end' : 'Cancel');
    act.retry.hidden = status !== 'failed' || Boolean(shown.retriedAs);
    act.remove.hidden = isPending;
    const { percent, stage: words, message } = shown.progress;
    progress.hidden = status === 'succeeded' || !(percent || words || message);
    meter.firstChild.style.width = `${percent}%`;
    say(stage, [`${count(percent)} %`, words, message].filter(Boolean).join(' · '));
    error.hidden = !shown.error;
    if (shown.error) {
      say(error.firstChild, `Error: ${shown.error.code}${shown.error.status ? ` (status ${shown.error.status})` : ''}`);
      say(error.lastChild, shown.error.detail);
    }
    put(list, facts(shown, now));
    drawing.update(history, now);
    payload.update(shown.payload);
    result.update(shown.result, isPending ? 'The job has not ended.' : '');
  }

  function cancel() {
    confirm({
      title: `Cancel ${id}?`,
      text: shown.status === 'running'
        ? 'It runs: its handler is asked to end, and what it has done so far comes to nothing.'
        : 'It waits, and will not be run. Its payload goes.',
      action: 'Cancel the job',
      isGrave: true,
      done: 'Cancellation was asked for.',
      perform: () => ask('POST', `${path}/cancel`).then(read),
    });
  }

  async function retry() {
    act.retry.disabled = true;
    try {
      const made = await ask('POST', `${path}/retry`);
      toast(`A new job was made of ${id}.`);
      location.hash = jobPath(made.id);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      toast(failure.message, true);
    }
    act.retry.disabled = false;
  }

  function remove() {
    confirm({
      title: `Remove ${id}?`,
      text: `The ${shown.status} job goes with its payload, its result and its log. Clients are told that it is gone.`,
      action: 'Remove it',
      isGrave: true,
      done: 'The job was removed.',
      perform: () => ask('DELETE', path).then(
        () => { location.hash = `/jobs?queue=${encodeURIComponent(shown.queue)}`; },
      ),
    });
  }

  return {
    title: `Job ${id}`,
    node,
    update() {
      if (shown && !ENDED.has(shown.status)) draw();
      const pause = shown ? OFTEN[shown.status] ?? SELDOM : 0;
      if (!isReading && !isOver && !document.hidden && performance.now() - readAt >= pause - 100) read();
    },
    close() {
      stop.abort();
      payload.close();
      result.close();
    },
  };
}
