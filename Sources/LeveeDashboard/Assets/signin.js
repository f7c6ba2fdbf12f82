// Asks for a key, where the door wants one.

import { hasKey, setKey } from './api.js';
import { h } from './dom.js';
import { listenAnew } from './live.js';

// refusal: the problem that the door answered with.
export function signIn(refusal) {
  const field = h('input', {
    id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, placeholder: 'levee_…',
    'aria-describedby': 'key-help',
  });
  const words = hasKey() ? `${refusal.title}. ${refusal.message}` : 'This deployment has API keys. To look at it takes one with the scope admin.';
  const form = h('form', { submit: enter }, h('label', { for: 'key' }, 'API key'), field, h('button', { class: 'main' }, 'Sign in'));
  setKey(null);
  const node = h('section', { class: 'signin' }, h('h1', { tabindex: '-1' }, 'Sign in'), h('p', { role: 'alert' }, words), form,
    h('p', { id: 'key-help', class: 'muted' }, 'The key stays in this tab, is sent to this address only, and is forgotten when the tab is closed.'));

  function enter(event) {
    event.preventDefault();
    setKey(field.value.trim());
    listenAnew();
  }

  return { title: 'Sign in', node, opened: () => field.focus() };
}

export function signOut() {
  setKey(null);
  listenAnew();
}
