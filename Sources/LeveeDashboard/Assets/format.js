// Figures, times and sizes in words.

const whole = new Intl.NumberFormat('en');
const fine = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
export const NONE = '–';

export function count(number) {
  return number === null || number === undefined ? NONE : whole.format(number);
}

export function rate(number) {
  if (number === null || number === undefined) return NONE;
  return number > 0 && number < 9.95 ? fine.format(number) : whole.format(Math.round(number));
}

export function plural(number, word) {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}

// 420 ms, 3.2 s, 41 s, 2 min 5 s, 3 h 12 min, 2 d 4 h
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined || Number.isNaN(milliseconds)) return NONE;
  const time = Math.max(0, milliseconds);
  if (time < 1_000) return `${Math.round(time)} ms`;
  if (time < 9_950) return `${fine.format(time / 1_000)} s`;
  const seconds = Math.round(time / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const steps = [[86_400, 'd', 3_600, 'h'], [3_600, 'h', 60, 'min'], [60, 'min', 1, 's']];
  const [large, name, small, other] = steps.find(([size]) => seconds >= size);
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${name}${rest ? ` ${rest} ${other}` : ''}`;
}

// The same in whole seconds, for what changes with each of them.
export function age(seconds) {
  return seconds === null || seconds === undefined
    ? NONE
    : seconds < 60 ? `${Math.floor(seconds)} s` : duration(seconds * 1_000);
}

// The same in one unit, where there is little room: 42 s, 1.3 min, 2.1 h, 3.4 d
export function briefAge(seconds) {
  if (seconds === null || seconds === undefined || seconds < 60) return age(seconds);
  const [size, name] = [[86_400, 'd'], [3_600, 'h'], [60, 'min']].find(([size]) => seconds >= size);
  return `${fine.format(seconds / size)} ${name}`;
}

export function bytes(number) {
  if (number === null || number === undefined) return NONE;
  if (number < 1_024) return plural(number, 'byte');
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let size = number / 1_024;
  while (size >= 1_023.95 && units.length > 1) {
    size /= 1_024;
    units.shift();
  }
  return `${size < 9.95 ? fine.format(size) : whole.format(Math.round(size))} ${units[0]}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

// The time of day, with the date where that is another one; RFC 3339 in, the time zone of the reader out.
export function time(text) {
  if (!text) return NONE;
  const date = new Date(text);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : day.format(date);
}

export const millis = (text) => (text ? Date.parse(text) : null);

// How each state looks: a sign beside its name, since a colour alone tells nothing to some.
export const STATES = {
  scheduled: '◷', queued: '≡', running: '▸', succeeded: '✓', failed: '✕', canceled: '⊘',
};
export const ENDED = new Set(['succeeded', 'failed', 'canceled']);
