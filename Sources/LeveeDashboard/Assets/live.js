// What is happening, about once a second, over one stream of events; and how old what was last heard is.

import { Failure, listen } from './api.js';
import { Series } from './series.js';

// After how long a tab that nobody sees stops listening, so that it costs nothing.
const HIDDEN = 20_000;
const LONGEST = 15_000;

const hearers = new Set();
let stop = null;
let timer;
let failures = 0;

export const live = {
  // connecting, live, outage (the front end has no figures), apart (it does not answer), locked (it wants a key),
  // asleep
  phase: 'connecting',
  snapshot: null,
  outage: null,
  series: new Series(),
  // When the snapshot came, and when the next attempt is made, by performance.now().
  heardAt: null,
  retryAt: null,

  // How old the snapshot is, in seconds; null without one.
  get age() {
    return this.heardAt === null ? null : (performance.now() - this.heardAt) / 1_000;
  },

  get isFresh() {
    return this.phase === 'live' && this.age < 2.5 * this.snapshot.intervalSeconds + 1;
  },
};

// Has something done at each change, and once a second, since everything grows older.
export function follow(action) {
  hearers.add(action);
  return () => hearers.delete(action);
}

function tell() {
  for (const hearer of hearers) hearer(live);
}

function hear(name, data) {
  failures = 0;
  if (name === 'history') live.series.load(data);
  if (name === 'snapshot') {
    Object.assign(live, { phase: 'live', snapshot: data, outage: null, heardAt: performance.now() });
    live.series.add(data);
    tell();
  }
  if (name === 'outage') {
    Object.assign(live, { phase: 'outage', outage: data });
    tell();
  }
}

async function connect() {
  stop = new AbortController();
  const { signal } = stop;
  live.retryAt = null;
  try {
    await listen('dashboard/events', signal, hear);
    retry(500 + Math.random() * 1_000);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Failure && error.isRefusal) {
      live.phase = 'locked';
      tell();
      return;
    }
    failures += 1;
    retry(Math.min(LONGEST, 1_000 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2));
  }
}

function retry(pause) {
  live.phase = 'apart';
  live.retryAt = performance.now() + pause;
  clearTimeout(timer);
  timer = setTimeout(connect, pause);
  tell();
}

// Listens from now on, or anew: with another key, or after a pause.
export function listenAnew() {
  clearTimeout(timer);
  stop?.abort();
  failures = 0;
  live.phase = 'connecting';
  tell();
  connect();
}

export function fallAsleep() {
  clearTimeout(timer);
  stop?.abort();
  live.phase = 'asleep';
  tell();
}

let unseen;
document.addEventListener('visibilitychange', () => {
  clearTimeout(unseen);
  if (document.hidden) unseen = setTimeout(() => live.phase !== 'locked' && fallAsleep(), HIDDEN);
  else if (live.phase === 'asleep' || live.phase === 'apart') listenAnew();
});
// A page that the browser keeps for going back would keep its connection, of which there are six for all tabs.
addEventListener('pagehide', fallAsleep);
addEventListener('pageshow', ({ persisted }) => persisted && listenAnew());
setInterval(tell, 1_000);
