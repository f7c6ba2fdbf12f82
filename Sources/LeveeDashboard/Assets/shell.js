// What is round every view: the bar on top, the notice about what is old, and the keys of the keyboard.

import { hasKey } from './api.js';
import { show } from './dialog.js';
import { h, jobPath, link, mark, queuePath, say } from './dom.js';
import { age, duration, time } from './format.js';
import { follow, live } from './live.js';
import { signOut } from './signin.js';
import { nextTheme, theme } from './theme.js';

const ID = /^[0-9a-z]{28}$/i;
const VIEWS = [['/', 'Overview', 'o'], ['/jobs', 'Jobs', 'j'], ['/workers', 'Workers', 'w']];
const THEMES = { system: '◐', light: '☀', dark: '☾' };

const search = h('input', {
  type: 'search',
  placeholder: 'Job id, queue or type',
  'aria-label': 'Search by job id, queue or type',
  autocomplete: 'off',
  spellcheck: 'false',
  keydown: (event) => event.key === 'Enter' && find(),
});
const state = h('span', { class: 'state' });
const out = h('button', { class: 'quiet', click: signOut }, 'Sign out');
const look = h('button', { class: 'quiet sign', click: () => turn(nextTheme()) });
const help = h(
  'button',
  { class: 'quiet sign', click: showKeys, 'aria-label': 'Keyboard shortcuts', title: 'Keyboard shortcuts (?)' },
  '?',
);
const views = VIEWS.map(([path, title]) => link(path, title));

function turn(choice) {
  say(look, THEMES[choice]);
  const words = choice === 'system' ? 'as the system' : choice;
  look.setAttribute('aria-label', `Colours: ${words}`);
  look.title = `Colours: ${words} (t)`;
}

// Where a search leads: a job by its id, a queue by its name, else the jobs of a type.
function find() {
  const words = search.value.trim();
  if (!words) return;
  const isQueue = live.snapshot?.queues.some(({ name }) => name === words);
  if (ID.test(words)) location.hash = jobPath(words.toLowerCase());
  else location.hash = isQueue ? queuePath(words) : `/jobs?type=${encodeURIComponent(words)}`;
  search.value = '';
  search.blur();
}

function showKeys() {
  const keys = [
    ['/', 'Search'],
    ['g o', 'Overview'],
    ['g j', 'Jobs'],
    ['g w', 'Workers'],
    ['t', 'Light, dark, or as the system has it'],
    ['?', 'This list'],
    ['Esc', 'Close, leave the search'],
  ];
  const list = h(
    'dl',
    { class: 'keys' },
    keys.flatMap(
      ([key, words]) => [h('dt', null, key.split(' ').map((name) => h('kbd', null, name))), h('dd', null, words)],
    ),
  );
  const node = show('Keyboard', list, [h('button', { class: 'main', click: () => node.close() }, 'Close')]);
}

let isGoing = false;

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog')) return;
  if (event.target.closest('input, select, textarea')) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const view = isGoing && VIEWS.find(([, , key]) => key === event.key);
  isGoing = event.key === 'g' && !isGoing;
  if (view) location.hash = view[0];
  else if (event.key === '/') search.focus();
  else if (event.key === 't') turn(nextTheme());
  else if (event.key === '?') showKeys();
  else return;
  event.preventDefault();
}

// What is said of figures that are not fresh, and how old they are; nothing of those that are.
function trouble() {
  const { phase, snapshot, outage, retryAt } = live;
  const seen = live.age ?? outage?.seenSecondsAgo;
  const last = seen === null || seen === undefined
    ? ''
    : `What you see is ${age(seen)} old${snapshot ? `, of ${time(snapshot.time)}` : ''}.`;
  const next = retryAt === null
    ? ''
    : ` Next attempt in ${duration(1_000 * Math.ceil(Math.max(1, (retryAt - performance.now()) / 1_000)))}.`;
  if (phase === 'outage') return [
    'Redis does not answer the front end: jobs can be neither taken in nor handed out.',
    last,
  ];
  if (phase === 'apart') return ['The front end does not answer.', last + next];
  if (phase === 'asleep') return ['Paused while nobody looked.', last];
  if (phase === 'live' && !live.isFresh) return ['Nothing new is coming.', last];
  return ['', ''];
}

const PHASES = {
  connecting: 'connecting',
  live: 'live',
  outage: 'no Redis',
  apart: 'not connected',
  locked: 'locked',
  asleep: 'paused',
};

function refresh() {
  const [words, ages] = trouble();
  say(state, live.phase === 'live' && words ? 'silent' : PHASES[live.phase]);
  state.className = `state ${words ? 'bad' : live.phase}`;
  const notice = document.getElementById('notice');
  // The second part changes with every second, which nobody wants to be told.
  say(notice.firstElementChild, words);
  say(notice.lastElementChild, ages);
  notice.hidden = !words;
  mark(document.body, 'data-old', words !== '');
  out.hidden = !hasKey();
}

export function shell() {
  turn(theme());
  const icon = h('img', { src: 'assets/icon.svg', alt: '', width: 22, height: 22 });
  document.getElementById('bar').append(
    h('a', { href: '#/', class: 'brand' }, icon, 'Levee'),
    h('nav', { 'aria-label': 'Views' }, views),
    h('div', { class: 'search' }, search, h('kbd', { 'aria-hidden': 'true' }, '/')),
    h('div', { class: 'tools' }, state, out, look, help),
  );
  document.addEventListener('keydown', press);
  follow(refresh);
  refresh();
}

// Marks the view that is open.
export function open(path) {
  views.forEach((node, index) => {
    const own = VIEWS[index][0];
    const isOpen = own === '/' ? path === '/' || path.startsWith('/queues') : path.startsWith(own);
    if (isOpen) node.setAttribute('aria-current', 'page');
    else node.removeAttribute('aria-current');
  });
}
