// Payloads and results: bytes of others, shown as what they are, and never run.

import { Failure, hasKey, open } from './api.js';
import { h, say, toast } from './dom.js';
import { bytes } from './format.js';

const PICTURES = new Set(
  ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/svg+xml'],
);
const TEXTS = /^(text\/.*|application\/((.*\+)?(json|xml|yaml)|x-ndjson|javascript|x-www-form-urlencoded|toml|sql))$/;
// What is loaded without being asked for, and what may be at all.
const LITTLE = 64 << 10;
const LITTLE_PICTURE = 1 << 20;
const MUCH = 8 << 20;
const SHOWN = 200_000;

const essence = (type) => type.split(';')[0].trim().toLowerCase();

function kind(type) {
  const name = essence(type);
  if (PICTURES.has(name)) return 'picture';
  if (name === 'application/json' || name.endsWith('+json')) return 'json';
  return TEXTS.test(name) ? 'text' : 'bytes';
}

// JSON with line breaks. Its tokens stay as they are: numbers keep all of their digits, members their order.
function pretty(text) {
  JSON.parse(text);
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  let depth = 0;
  let out = '';
  tokens.forEach((token, index) => {
    const line = () => `\n${'  '.repeat(depth)}`;
    if (token === '{' || token === '[') {
      const isEmpty = '}]'.includes(tokens[index + 1]);
      depth += 1;
      out += token + (isEmpty ? '' : line());
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out += ('{['.includes(tokens[index - 1]) ? '' : line()) + token;
    } else if (token === ',') out += token + line();
    else out += token === ':' ? ': ' : token;
  });
  return out;
}

// One of the two, at `path`. Where it lies decides nothing: a large one is asked for by hand.
export function content(title, path, name) {
  const facts = h('span', { class: 'muted' });
  const view = h('div', { class: 'view' });
  const show = h('button', { class: 'quiet', click: load }, 'Show');
  const save = h('button', { class: 'quiet', click: download }, 'Download');
  const node = h(
    'section',
    { class: 'panel content' },
    h('div', { class: 'headed' }, h('h2', null, `${title} `, facts), h('div', { class: 'buttons' }, show, save)),
    view,
  );
  const stop = new AbortController();
  let [about, address, isAsked] = [null, null, false];

  async function fetched() {
    return (await open('GET', path, stop.signal)).arrayBuffer();
  }

  function trouble(error) {
    if (error.name === 'AbortError') return;
    if (!(error instanceof Failure)) throw error;
    view.replaceChildren(h('p', { class: 'empty' }, error.message));
  }

  async function load() {
    show.hidden = true;
    say(view, '…');
    try {
      draw(await fetched());
    } catch (error) {
      trouble(error);
    }
  }

  function draw(data) {
    const form = kind(about.mediaType);
    if (form === 'picture') {
      address = URL.createObjectURL(new Blob([data], { type: essence(about.mediaType) }));
      const broken = () => view.replaceChildren(
        h(
          'p',
          { class: 'empty' },
          `The bytes are no picture that this browser reads, though they are said to be ${essence(about.mediaType)}.`,
        ),
      );
      view.replaceChildren(h('img', { src: address, alt: `${title} as a picture`, error: broken }));
      return;
    }
    let text = new TextDecoder().decode(data);
    if (form === 'json') {
      try {
        text = pretty(text);
      } catch {
        // It is shown as it is.
      }
    }
    const rest = text.length > SHOWN
      ? h('p', { class: 'muted' }, `The first ${bytes(SHOWN)}; the rest is in the download.`)
      : null;
    view.replaceChildren(h('pre', { tabindex: '0', 'aria-label': title }, text.slice(0, SHOWN)), rest ?? '');
  }

  // A link would do without a key; with one, the page has to fetch the bytes itself.
  async function download() {
    const target = h('a', { href: path, download: name });
    try {
      if (hasKey()) {
        const bytes = new Blob([await fetched()], { type: 'application/octet-stream' });
        target.href = URL.createObjectURL(bytes);
        setTimeout(() => URL.revokeObjectURL(target.href), 60_000);
      }
      target.click();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(error.message, true);
    }
  }

  return {
    node,
    // what: { mediaType, length }, null while there is nothing; words say why.
    update(what, words = '') {
      node.hidden = !what && !words;
      for (const part of [show, save]) part.hidden ||= !what;
      if (!what) {
        view.replaceChildren(h('p', { class: 'empty' }, words));
        return;
      }
      if (isAsked) return;
      isAsked = true;
      about = what;
      const form = kind(what.mediaType);
      say(facts, `${what.mediaType || 'no media type'}, ${bytes(what.length)}`);
      save.hidden = what.length === 0;
      show.hidden = true;
      view.replaceChildren();
      if (what.length === 0) view.append(h('p', { class: 'empty' }, 'Empty.'));
      else if (form === 'bytes') view.append(h('p', { class: 'empty' }, 'Bytes of a kind that is not shown here.'));
      else if (what.length <= (form === 'picture' ? LITTLE_PICTURE : LITTLE)) load();
      else if (what.length <= MUCH) show.hidden = false;
      else view.append(h('p', { class: 'empty' }, 'Too large to be shown here.'));
    },
    close() {
      stop.abort();
      if (address) URL.revokeObjectURL(address);
    },
  };
}
