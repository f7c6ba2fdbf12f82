// What happened to a job, drawn to scale and told line by line.

import { h, say } from './dom.js';
import { ENDED, duration, millis, time } from './format.js';
import { stateBadge } from './jobs.js';

const CAUSES = {
  submit: 'submitted',
  promote: 'its time came',
  claim: 'taken',
  progress: 'progress',
  finish: 'finished',
  fail: 'attempt failed',
  throttle: 'put off by its handler',
  lost: 'its worker was lost',
  poison: 'too many workers were lost',
  release: 'handed back by a worker that ends',
  expire: 'not started in time',
  clock: 'the clock was set back',
  ask: 'cancellation asked for',
  cancel: 'canceled',
  deadline: 'its deadline is over',
};
const WAITS = { scheduled: 'scheduled', queued: 'waiting', running: 'running' };

// Stretches of one state, in order; attempts are counted as they begin.
function stretches(history, now) {
  const found = [];
  let attempt = 0;
  for (const entry of history) {
    if (entry.cause === 'claim') attempt += 1;
    const last = found.at(-1);
    if (last && last.state === entry.status && entry.cause !== 'claim') continue;
    if (last) last.until = millis(entry.at);
    if (!ENDED.has(entry.status)) found.push({ state: entry.status, since: millis(entry.at), until: now, attempt });
  }
  const end = history.at(-1);
  if (end && ENDED.has(end.status) && found.length) found.at(-1).until = millis(end.at);
  return found;
}

function words({ cause, note }) {
  if (cause === 'claim' && note) {
    const [fence, ...worker] = note.split(' ');
    return `taken by ${worker.join(' ')} (fence ${fence})`;
  }
  if (!note) return CAUSES[cause] ?? cause;
  const [code, ...said] = note.split(' ');
  return cause === 'fail' && said.length
    ? `${CAUSES.fail}, ${code}: ${said.join(' ')}`
    : `${CAUSES[cause] ?? cause}: ${note}`;
}

export function timeline() {
  const bar = h('div', { class: 'stretches', role: 'img' });
  const ends = h('p', { class: 'axis' }, h('span'), h('span'), h('span'));
  const log = h('ol', { class: 'log' });
  const node = h('section', { class: 'panel timeline' }, h('h2', null, 'Timeline'), bar, ends, log);
  let lines = 0;

  return {
    node,
    // now: the time of the store, in milliseconds.
    update(history, now) {
      const first = millis(history[0]?.at);
      const parts = stretches(history, Math.max(now, first));
      const last = parts.at(-1)?.until ?? first;
      if (bar.childElementCount !== parts.length) {
        bar.replaceChildren(...parts.map(({ state }) => h('div', { class: `stretch ${state}` }, h('span'))));
      }
      parts.forEach(({ state, since, until, attempt }, index) => {
        const part = bar.children[index];
        const name = state === 'running' && attempt > 1 ? `attempt ${attempt},` : WAITS[state];
        const label = `${name} ${duration(until - since)}`;
        part.className = `stretch ${state}`;
        part.style.flexGrow = Math.max(until - since, (last - first) / 200, 1);
        part.title = label;
        say(part.firstChild, label);
      });
      bar.setAttribute(
        'aria-label',
        parts.map(({ state, since, until }) => `${WAITS[state]} ${duration(until - since)}`).join(', then '),
      );
      [
        time(history[0]?.at),
        `${duration(last - first)} in all`,
        ENDED.has(history.at(-1)?.status) ? time(history.at(-1).at) : 'now',
      ]
        .forEach((text, index) => say(ends.children[index], text));
      // The log only grows, but for one that was too long: that loses lines in the middle.
      if (lines > history.length) log.replaceChildren();
      lines = history.length;
      const fresh = history.slice(log.childElementCount);
      const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
      fresh.forEach((entry) => {
        log.append(
          h(
            'li',
            null,
            h('time', { datetime: entry.at, title: entry.at }, `+${duration(millis(entry.at) - first)}`),
            stateBadge(entry.status),
            h('span', null, words(entry)),
          ),
        );
      });
      // The end of a long log is what counts, unless somebody reads further up. It may have no height before it is drawn.
      if (fresh.length && isAtEnd) requestAnimationFrame(() => { log.scrollTop = log.scrollHeight; });
    },
  };
}
