// The page: which view is open, by the fragment of its address.

import { onRefusal } from './api.js';
import { h } from './dom.js';
import { job } from './job.js';
import { jobs } from './jobs.js';
import { follow, listenAnew, live } from './live.js';
import { overview } from './overview.js';
import { queue } from './queue.js';
import { open, shell } from './shell.js';
import { signIn } from './signin.js';
import { workers } from './workers.js';

const VIEWS = [
  [/^\/$/, overview],
  [/^\/queues\/([^/]+)$/, queue],
  [/^\/workers$/, workers],
  [/^\/jobs$/, jobs],
  [/^\/jobs\/([^/]+)$/, job],
];

const main = document.getElementById('main');
let view = null;

// A view is { title, node, update(live), close(), opened() }; all but the first two may be missing.
function put(next) {
  view?.close?.();
  view = next;
  document.title = `${view.title} · Levee`;
  main.replaceChildren(view.node);
  view.update?.(live);
  view.opened?.();
}

function nowhere() {
  return {
    title: 'Nothing here',
    node: h(
      'section',
      { class: 'empty' },
      h('h1', { tabindex: '-1' }, 'Nothing here'),
      h('p', null, 'This address leads to no view.'),
    ),
  };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Opens the view of the address. After a step of the reader's own the focus goes to its heading.
function route(event) {
  const [path, query] = (location.hash.slice(1) || '/').split('?');
  open(path);
  const [pattern, make] = VIEWS.find(([pattern]) => pattern.test(path)) ?? [/^/, nowhere];
  put(make(...(pattern.exec(path)?.slice(1).map(decode) ?? []), new URLSearchParams(query ?? '')));
  if (!event) return;
  scrollTo(0, 0);
  main.querySelector('h1')?.focus({ preventScroll: true });
}

let isLocked = false;

onRefusal((refusal) => {
  if (isLocked) {
    view.refuse(refusal);
    return;
  }
  isLocked = true;
  live.snapshot = null;
  live.heardAt = null;
  put(signIn(refusal));
});

follow(() => {
  if (isLocked) {
    if (live.phase === 'live' || live.phase === 'outage') {
      isLocked = false;
      route();
    }
    return;
  }
  view?.update?.(live);
});

addEventListener('hashchange', (event) => isLocked || route(event));
shell();
route();
listenAnew();
