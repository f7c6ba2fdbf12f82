// Speaks to the door that the page comes from, with the key that was entered, if any was. The key lies in this tab's
// session only.

const NAME = 'levee.key';
let key = sessionStorage.getItem(NAME);
let refused = () => {};

export const hasKey = () => Boolean(key);

export function setKey(text) {
  key = text || null;
  if (key) sessionStorage.setItem(NAME, key);
  else sessionStorage.removeItem(NAME);
}

// What is to be done when the door wants a key, or another one.
export function onRefusal(action) {
  refused = action;
}

// An answer that is an error, as its problem document (RFC 9457) has it; status 0 where nothing was answered.
export class Failure extends Error {
  constructor(status, title, detail, type = '') {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.type = type;
  }

  get isRefusal() {
    return this.status === 401 || this.type === 'urn:levee:problem:forbidden';
  }
}

export async function open(method, path, signal) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  let response;
  try {
    const terms = { cache: 'no-store', redirect: 'error', credentials: 'omit' };
    response = await fetch(path, { method, headers, signal, ...terms });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Failure(0, 'The front end does not answer', 'The front end does not answer.');
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const failure = new Failure(
    response.status,
    problem.title ?? `Status ${response.status}`,
    problem.detail,
    problem.type,
  );
  if (failure.isRefusal) refused(failure);
  throw failure;
}

export async function ask(method, path, signal) {
  const response = await open(method, path, signal);
  return response.status === 204 ? null : response.json();
}

// Reads server-sent events until the stream ends. EventSource would do, but it sends no key.
export async function listen(path, signal, hear) {
  const response = await open('GET', path, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += value;
    const events = held.split('\n\n');
    held = events.pop();
    for (const event of events) {
      const lines = event.split('\n');
      const part = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (part('data')) hear(part('event') ?? 'message', JSON.parse(part('data')));
    }
  }
}
