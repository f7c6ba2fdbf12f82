// Lines over the last minutes, drawn as SVG.

import { h, s, say } from './dom.js';
import { count, duration } from './format.js';
import { SPAN } from './series.js';

const SHORTEST = 30_000;

// The least round number that is not below a value: 1, 2, 5, 10, 20, ...
function round(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

const highest = (lines) => Math.max(0, ...lines.flatMap((points) => points.map(([, value]) => value ?? 0)));

// How far back a drawing goes: as far as something is known, in steps, so that it does not creep.
function reach(points) {
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  return Math.min(SPAN, Math.max(SHORTEST, Math.ceil((last - first) / 10_000) * 10_000));
}

// A path through points; it breaks where nothing is known.
function path(points, width, height, top, isArea) {
  const [now, span] = [points.at(-1)?.[0] ?? 0, reach(points)];
  const x = (at) => width + ((at - now) / span) * width;
  const y = (value) => height - 1 - (value / top) * (height - 2);
  let drawn = '';
  let run = [];
  const close = () => {
    if (run.length > 1 || (run.length && !isArea)) {
      const line = run.map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
      const [first, last] = [x(run[0][0]).toFixed(1), x(run.at(-1)[0]).toFixed(1)];
      drawn += isArea ? `M${first} ${height}L${line}L${last} ${height}Z` : `M${line}`;
    }
    run = [];
  };
  for (const point of points) {
    if (point[1] === null) close();
    else run.push(point);
  }
  close();
  return drawn;
}

// A small line beside a figure; its words are the figure's.
export function sparkline(name) {
  const [width, height] = [112, 22];
  const area = s('path', { class: 'area' });
  const line = s('path', { class: 'line' });
  const node = s(
    'svg',
    { class: `spark ${name}`, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', preserveAspectRatio: 'none' },
    area,
    line,
  );
  return {
    node,
    draw(points) {
      const top = Math.max(1, highest([points]));
      area.setAttribute('d', path(points, width, height, top, true));
      line.setAttribute('d', path(points, width, height, top, false));
    },
  };
}

// A plot with an axis, a legend, and the values under the pointer. lines: [{ name, title, isArea, isSeldom }];
// what is seldom is drawn only where it is not nothing.
export function plot(title, lines, format) {
  const height = 120;
  const areas = lines.map(({ name, isArea }) => isArea && s('path', { class: `area ${name}` }));
  const paths = lines.map(({ name }) => s('path', { class: `line ${name}` }));
  const cross = s('line', { class: 'cross', y1: 0, y2: height, visibility: 'hidden' });
  const canvas = s(
    'svg',
    { class: 'canvas', height, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    areas,
    paths,
    cross,
  );
  const top = h('span', { class: 'top' });
  const values = lines.map(() => h('b'));
  const legend = h(
    'p',
    { class: 'legend' },
    lines.map((line, index) => h('span', { class: line.name }, h('i'), `${line.title} `, values[index])),
  );
  const [since, moment] = [h('span'), h('span', null, 'now')];
  const node = h('figure', { class: 'plot', 'aria-label': title }, h('figcaption', null, title), legend,
    h('div', { class: 'field' }, top, canvas), h('p', { class: 'axis', 'aria-hidden': 'true' }, since, moment));
  let drawn = lines.map(() => []);
  let pointed = null;

  function show() {
    const now = drawn[0].at(-1)?.[0] ?? 0;
    const at = pointed === null ? now : now - (1 - pointed) * reach(drawn[0]);
    drawn.forEach((points, index) => {
      const near = pointed === null ? points.at(-1) : points.findLast((point) => point[0] <= at + 500);
      say(values[index], format(near?.[1]));
    });
    say(since, `${duration(reach(drawn[0]))} ago`);
    say(moment, pointed === null ? 'now' : `${Math.round((now - at) / 1_000)} s ago`);
  }

  canvas.addEventListener('pointermove', (event) => {
    pointed = Math.min(1, Math.max(0, event.offsetX / canvas.clientWidth));
    for (const end of ['x1', 'x2']) cross.setAttribute(end, event.offsetX);
    cross.setAttribute('visibility', 'visible');
    show();
  });
  canvas.addEventListener('pointerleave', () => {
    pointed = null;
    cross.setAttribute('visibility', 'hidden');
    show();
  });

  return {
    node,
    draw(series) {
      drawn = series;
      const width = canvas.clientWidth || 600;
      const limit = round(highest(series));
      canvas.setAttribute('viewBox', `0 0 ${width} ${height}`);
      series.forEach((all, index) => {
        const points = lines[index].isSeldom ? all.map(([at, value]) => [at, value || null]) : all;
        paths[index].setAttribute('d', path(points, width, height, limit, false));
        if (areas[index]) areas[index].setAttribute('d', path(points, width, height, limit, true));
      });
      say(top, count(limit));
      show();
    },
  };
}
