/** Plots as SVG text: axes, lines and points. Colours and sizes of text come from the page's style sheet. */

export interface Axis {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly from: number;
  readonly until: number;
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
}

export interface Series {
  readonly name: string;
  /** Class of the page's style sheet: colour and dashes. */
  readonly look: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly look: string;
  readonly label: string;
  readonly hint: string;
  readonly isMarked: boolean;
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
}

const WIDTH = 460;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 24;
const TOP = 14;
const BOTTOM = 46;

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export function linePlot(plot: Plot, all: readonly Series[]): string {
  const lines = all.map(({ name, look, points }) => {
    const inside = points.filter(({ x, y }) => isInside(plot.x, x) && y > (plot.y.scale === 'log' ? 0 : -1));
    const path = inside.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${at(plot, x, y)}`).join('');
    return `<path class="line ${look}" data-series="${look}" d="${path}"><title>${escape(name)}</title></path>`;
  });
  return frame(plot, lines.join(''));
}

export function dotPlot(plot: Plot, dots: readonly Dot[], front: readonly Dot[]): string {
  const path = front.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${at(plot, x, y)}`).join('');
  const places = dots.map(({ x, y }) => [across(plot.x, x), down(plot.y, y)] as const);
  const taken: Box[] = places.map(([cx, cy]) => ({ left: cx - 6, right: cx + 6, top: cy - 6, bottom: cy + 6 }));
  const marks = dots.map(({ look, label, hint, isMarked }, i) => {
    const [cx, cy] = places[i] ?? [0, 0];
    const { x, y, anchor } = freePlace(taken, cx, cy, label);
    // A label that is not beside its dot is tied to it.
    const tie = Math.abs(y - 4 - cy) < 1 ? '' : `<line class="tie" x1="${cx}" y1="${cy}" x2="${x}" y2="${y - 4}"/>`;
    return (
      `<g class="dot ${look}${isMarked ? ' own' : ''}" data-series="${look}"><title>${escape(hint)}</title>${tie}` +
      `<circle cx="${cx}" cy="${cy}" r="${isMarked ? 7 : 5}"/>` +
      `<text x="${x}" y="${y}" text-anchor="${anchor}">${escape(label)}</text></g>`
    );
  });
  return frame(plot, `<path class="front" d="${path}"/>${marks.join('')}`);
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const LETTER = 6.4;

/** Beside the dot where no label and no dot lies yet, as near as can be; the place is taken then. */
function freePlace(taken: Box[], cx: number, cy: number, label: string) {
  const width = label.length * LETTER;
  const boxAt = (side: number, shift: number): Box => {
    const left = side > 0 ? cx + 9 : cx - 9 - width;
    return { left, right: left + width, top: cy + shift - 6, bottom: cy + shift + 6 };
  };
  const shifts = [0, -14, 14, -28, 28, -42, 42, -56, 56, -70, -84];
  const boxes = shifts.flatMap((shift) => [boxAt(1, shift), boxAt(-1, shift)]);
  const isFree = (box: Box): boolean =>
    box.left > LEFT &&
    box.right < WIDTH &&
    box.top > 0 &&
    box.bottom < HEIGHT - BOTTOM &&
    taken.every((it) => it.right < box.left || it.left > box.right || it.bottom < box.top || it.top > box.bottom);
  const box = boxes.find(isFree) ?? boxAt(1, 0);
  taken.push(box);
  const isRight = box.left > cx;
  return { x: isRight ? box.left : box.right, y: box.bottom - 2, anchor: isRight ? 'start' : 'end' };
}

function frame({ title, x, y }: Plot, content: string): string {
  const columns = x.ticks.map((tick) => {
    const px = across(x, tick);
    return (
      `<line class="grid" x1="${px}" x2="${px}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
      `<text x="${px}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${escape(x.label(tick))}</text>`
    );
  });
  const rows = y.ticks.map((tick) => {
    const py = down(y, tick);
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py}" y2="${py}"/>` +
      `<text x="${LEFT - 7}" y="${py + 4}" text-anchor="end">${escape(y.label(tick))}</text>`
    );
  });
  return (
    `<figure><figcaption>${escape(title)}</figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(`${title}: ${y.title} over ${x.title}`)}">` +
    `${columns.join('')}${rows.join('')}${content}` +
    `<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escape(x.title)}</text>` +
    `<text class="axis" transform="translate(13 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escape(y.title)}</text>` +
    `</svg></figure>`
  );
}

const at = (plot: Plot, x: number, y: number): string => `${across(plot.x, x)} ${down(plot.y, y)}`;
const across = (axis: Axis, value: number): number => round(LEFT + share(axis, value) * (WIDTH - LEFT - RIGHT));
const down = (axis: Axis, value: number): number =>
  round(HEIGHT - BOTTOM - share(axis, value) * (HEIGHT - TOP - BOTTOM));
const round = (n: number): number => Math.round(n * 10) / 10;
const isInside = ({ from, until }: Axis, value: number): boolean => value >= from * 0.999 && value <= until * 1.001;

function share({ scale, from, until }: Axis, value: number): number {
  const inside = Math.min(Math.max(value, from), until);
  return scale === 'log' ? Math.log(inside / from) / Math.log(until / from) : (inside - from) / (until - from);
}

/** Powers of ten around some values. */
export function logAxis(values: readonly number[], title: string, label: Axis['label']): Axis {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = Math.floor(Math.log10(Math.min(...positive, 1e9)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1e-9)) - 1e-9));
  const step = Math.max(1, Math.ceil((high - low) / 6));
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
  return { title, scale: 'log', from: 10 ** low, until: 10 ** high, ticks, label };
}
