// Asks before something is done that cannot be undone by looking away.

import { Failure } from './api.js';
import { h, say, toast } from './dom.js';

// Opens a modal dialog. What opened it has the focus again when it is closed; Esc closes it.
export function show(title, body, buttons) {
  const before = document.activeElement;
  const heading = h('h2', { id: 'dialog-title' }, title);
  const node = h(
    'dialog',
    { 'aria-labelledby': 'dialog-title' },
    heading,
    body,
    h('div', { class: 'buttons' }, buttons),
  );
  node.addEventListener('click', (event) => event.target === node && node.close());
  node.addEventListener('close', () => {
    node.remove();
    if (before?.isConnected) before.focus();
  });
  document.body.append(node);
  node.showModal();
  return node;
}

// Asks, and does it when the answer is yes; the dialog stays open while it is being done, and says what went wrong.
// order: { title, text, action, perform, done, typed, isGrave }; where `typed` is given, that has to be typed first.
export function confirm(order) {
  const trouble = h('p', { class: 'trouble', role: 'alert' });
  const yes = h('button', { class: order.isGrave ? 'grave' : 'main', click: act }, order.action);
  const no = h('button', { click: () => node.close() }, 'Leave it');
  const parts = [h('p', null, order.text)];
  let field;
  if (order.typed) {
    yes.disabled = true;
    field = h(
      'input',
      { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'aria-label': `Type ${order.typed}` },
    );
    field.addEventListener('input', () => {
      yes.disabled = field.value !== order.typed;
    });
    field.addEventListener('keydown', (event) => event.key === 'Enter' && !yes.disabled && act());
    parts.push(h('label', null, 'To go on, type ', h('code', null, order.typed), field));
  }
  const node = show(order.title, h('div', null, parts, trouble), [no, yes]);
  (field ?? no).focus();

  async function act() {
    yes.disabled = true;
    try {
      const answer = await order.perform();
      node.close();
      toast(typeof order.done === 'function' ? order.done(answer) : order.done);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(trouble, error.message);
      yes.disabled = false;
    }
  }
}
