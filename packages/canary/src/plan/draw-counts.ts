/** Random counts at a cost that does not grow with them. */
import { lnGamma } from './tail-probabilities.ts';

/** Uniform numbers in (0, 1) from a seed: sfc32. */
export type Draw = () => number;

export function drawFrom(seed: number, stream: number): Draw {
  let [a, b, c, counter] = [seed | 0, stream | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return ((t >>> 0) + 0.5) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Above it counts are drawn by rejection, below it by going through them. */
const MANY = 30;

/** `none`: P(no event at all), for those who draw often with the same mean. */
export function drawPoisson(mean: number, draw: Draw, none = Math.exp(-mean)): number {
  if (mean <= 0) return 0;
  if (mean > MANY) return drawManyPoisson(mean, draw);
  let term = none;
  let left = draw() - term;
  let count = 0;
  while (left > 0 && count < 1_000) {
    count++;
    term *= mean / count;
    left -= term;
  }
  return count;
}

/** Hörmann's transformed rejection with squeeze (PTRS, 1993): exact for means above 10. */
function drawManyPoisson(mean: number, draw: Draw): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accepted = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = draw() - 0.5;
    const v = draw();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= accepted) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * Math.log(mean) - mean - lnGamma(k + 1)) return k;
  }
}

/** Successes among `n` trials. Above 30 on both sides of the mean by the normal law, rounded. */
export function drawBinomial(n: number, p: number, draw: Draw): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, draw);
  const mean = n * p;
  if (mean > MANY) {
    const z = Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
    return Math.min(n, Math.max(0, Math.round(mean + z * Math.sqrt(mean * (1 - p)))));
  }
  // From one success to the next, by geometric steps.
  const ln = Math.log1p(-p);
  let count = 0;
  for (let at = Math.ceil(Math.log(draw()) / ln); at <= n; at += Math.ceil(Math.log(draw()) / ln)) count++;
  return count;
}
