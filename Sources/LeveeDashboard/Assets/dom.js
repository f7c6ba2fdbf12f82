// Makes elements. Whatever a text says, it stays text: nothing here parses HTML, nor anything else in this page.

export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children);
}

// The same for SVG.
export function s(name, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

// Sets a text that has changed; one that has not is left alone, and so is what a reader has selected of it.
export function say(node, text) {
  const words = String(text);
  if (node.textContent !== words) node.textContent = words;
}

export function mark(node, attribute, isSet) {
  if (isSet) node.setAttribute(attribute, '');
  else node.removeAttribute(attribute);
}

export function link(path, ...children) {
  return h('a', { href: `#${path}` }, ...children);
}

export const jobPath = (id) => `/jobs/${encodeURIComponent(id)}`;
export const queuePath = (name) => `/queues/${encodeURIComponent(name)}`;

export function jobLink(id) {
  const node = link(jobPath(id), h('span', { class: 'id' }, id));
  node.title = id;
  return node;
}

// Says what has come of an action, for a while.
export function toast(words, isBad = false) {
  const node = h('div', { class: isBad ? 'toast bad' : 'toast' }, words);
  document.getElementById('toasts').append(node);
  setTimeout(() => node.remove(), isBad ? 12_000 : 6_000);
}
