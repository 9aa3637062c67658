const SIZES = ['', 'Kilo', 'Mega', 'Giga', 'Tera'].flatMap((scale) =>
  scale === '' ? ['Bytes', 'Bits'] : [`${scale}bytes`, `${scale}bits`],
);

/** StandardUnit: with what a metric can be published, and what an alarm can ask for. Source: API-PMD (D). */
export const UNITS: readonly string[] = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  ...SIZES,
  'Percent',
  'Count',
  ...SIZES.map((size) => `${size}/Second`),
  'Count/Second',
  'None',
];
