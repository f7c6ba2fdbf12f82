// Asks for a key, where the door wants one.

import { hasKey, setKey } from './api.js';
import { h, say } from './dom.js';
import { listenAnew } from './live.js';

const HELP = 'The key stays in this tab, is sent to this address only, and is forgotten when the tab is closed.';

// refusal: the problem that the door answered with.
export function signIn(refusal) {
  const field = h('input', {
    id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, placeholder: 'levee_…',
    'aria-describedby': 'key-help',
  });
  const words = h('p', { role: 'alert' });
  const form = h(
    'form',
    { submit: enter },
    h('label', { for: 'key' }, 'API key'),
    field,
    h('button', { class: 'main' }, 'Sign in'),
  );
  const node = h('section', { class: 'signin' }, h('h1', { tabindex: '-1' }, 'Sign in'), words, form,
    h('p', { id: 'key-help', class: 'muted' }, HELP));

  function enter(event) {
    event.preventDefault();
    setKey(field.value.trim());
    listenAnew();
  }

  // A key that was tried is no good, or not any more.
  function refuse(problem) {
    if (hasKey()) say(words, `${problem.title}. ${problem.message}`);
    else if (!words.textContent) say(
      words,
      'This deployment has API keys. To look at it takes one with the scope admin.',
    );
    setKey(null);
    field.value = '';
    field.focus();
  }

  return { title: 'Sign in', node, refuse, opened: () => refuse(refusal) };
}

export function signOut() {
  setKey(null);
  listenAnew();
}
