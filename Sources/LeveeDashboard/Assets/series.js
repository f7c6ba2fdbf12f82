// The last minutes, as readings: what charts are drawn from.

import { millis } from './format.js';

export const SPAN = 180_000;
// Rates are means over so long: a reading a second would make them jump.
const WINDOW = 5_000;
// After how long without a reading nothing is known any more, where there is one each second.
const HOLE = 4_000;
const FIGURES = ['ready', 'inFlight', 'submitted', 'ended', 'failed'];

export class Series {
  samples = [];
  // How far readings are apart, in milliseconds.
  interval = 1_000;

  // The time of the last reading, in milliseconds.
  get now() {
    return this.samples.at(-1)?.at ?? 0;
  }

  // What the front end has seen before; what this page has seen before that stays.
  load({ times, queues }) {
    const older = times.length ? this.samples.filter(({ at }) => at < times[0]) : this.samples;
    const loaded = times.map((at, index) => ({
      at,
      queues: Object.fromEntries(
        Object.entries(queues)
          .filter(([, figures]) => figures.ready[index] !== null)
          .map(
            ([name, figures]) => [name, Object.fromEntries(FIGURES.map((figure) => [figure, figures[figure][index]]))],
          ),
      ),
    }));
    this.samples = [...older, ...loaded];
  }

  add({ time, queues, intervalSeconds }) {
    const at = millis(time);
    this.interval = 1_000 * intervalSeconds;
    const figures = queues.map((queue) => {
      const ended = queue.succeeded + queue.failed + queue.canceled;
      return [
        queue.name,
        { ready: queue.ready, inFlight: queue.inFlight, submitted: queue.submitted, ended, failed: queue.failed },
      ];
    });
    this.samples = this.samples.filter((sample) => sample.at < at && at - sample.at <= SPAN + WINDOW);
    this.samples.push({ at, queues: Object.fromEntries(figures) });
  }

  // A figure over time, of one queue or of all: [time, value] pairs, with a null wherever nobody looked for a while.
  levels(figure, queue) {
    const hole = Math.max(HOLE, 2.5 * this.interval);
    return this.samples.flatMap((sample, index) => {
      const point = [sample.at, value(sample, figure, queue)];
      const before = this.samples[index - 1]?.at ?? sample.at;
      return sample.at - before > hole ? [[before + 1, null], point] : [point];
    });
  }

  // How fast a counter rises, per second, over time; null where that is not known.
  rates(figure, queue) {
    const levels = this.levels(figure, queue);
    const window = Math.max(WINDOW, 1.5 * this.interval);
    let first = 0;
    return levels.map(([at, level], index) => {
      if (level === null) {
        first = index + 1;
        return [at, null];
      }
      while (at - levels[first][0] > window) first += 1;
      const [since, before] = levels[first];
      return [at, since < at && level >= before ? ((level - before) * 1_000) / (at - since) : null];
    });
  }

  // The last of these rates.
  rate(figure, queue) {
    return this.rates(figure, queue).at(-1)?.[1] ?? null;
  }
}

function value({ queues }, figure, queue) {
  if (queue !== undefined) return queues[queue]?.[figure] ?? null;
  return Object.values(queues).reduce((sum, figures) => sum + figures[figure], 0);
}
