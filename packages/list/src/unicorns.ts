import type { Unicorn } from './catalogue.ts';

/** The herd that comes with the repository. */
export const unicorns: readonly Unicorn[] = [
  { id: 'u-001', name: 'Aster', colour: 'white', speedKmh: 62, rangeKm: 180, seats: 1, stable: 'Northmoor' },
  { id: 'u-002', name: 'Bramble', colour: 'chestnut', speedKmh: 54, rangeKm: 210, seats: 2, stable: 'Hollowgate' },
  { id: 'u-003', name: 'Cinder', colour: 'charcoal', speedKmh: 71, rangeKm: 150, seats: 1, stable: 'Kilnside' },
  { id: 'u-004', name: 'Dapple', colour: 'grey', speedKmh: 58, rangeKm: 190, seats: 2, stable: 'Northmoor' },
  { id: 'u-005', name: 'Ember', colour: 'copper', speedKmh: 74, rangeKm: 140, seats: 1, stable: 'Kilnside' },
  { id: 'u-006', name: 'Fennel', colour: 'green', speedKmh: 49, rangeKm: 240, seats: 3, stable: 'Weirbank' },
  { id: 'u-007', name: 'Gossamer', colour: 'silver', speedKmh: 80, rangeKm: 120, seats: 1, stable: 'Northmoor' },
  { id: 'u-008', name: 'Heather', colour: 'lilac', speedKmh: 57, rangeKm: 200, seats: 2, stable: 'Hollowgate' },
  { id: 'u-009', name: 'Indigo', colour: 'blue', speedKmh: 66, rangeKm: 170, seats: 2, stable: 'Weirbank' },
  { id: 'u-010', name: 'Juniper', colour: 'teal', speedKmh: 61, rangeKm: 185, seats: 2, stable: 'Hollowgate' },
  { id: 'u-011', name: 'Kestrel', colour: 'fawn', speedKmh: 83, rangeKm: 110, seats: 1, stable: 'Kilnside' },
  { id: 'u-012', name: 'Larkspur', colour: 'violet', speedKmh: 59, rangeKm: 195, seats: 2, stable: 'Weirbank' },
  { id: 'u-013', name: 'Marigold', colour: 'gold', speedKmh: 52, rangeKm: 225, seats: 3, stable: 'Northmoor' },
  { id: 'u-014', name: 'Nettle', colour: 'olive', speedKmh: 55, rangeKm: 205, seats: 2, stable: 'Weirbank' },
  { id: 'u-015', name: 'Opal', colour: 'pearl', speedKmh: 68, rangeKm: 165, seats: 1, stable: 'Northmoor' },
  { id: 'u-016', name: 'Primrose', colour: 'yellow', speedKmh: 51, rangeKm: 230, seats: 3, stable: 'Hollowgate' },
  { id: 'u-017', name: 'Quartz', colour: 'rose', speedKmh: 64, rangeKm: 175, seats: 2, stable: 'Kilnside' },
  { id: 'u-018', name: 'Rowan', colour: 'crimson', speedKmh: 69, rangeKm: 160, seats: 1, stable: 'Hollowgate' },
  { id: 'u-019', name: 'Saffron', colour: 'orange', speedKmh: 72, rangeKm: 145, seats: 1, stable: 'Kilnside' },
  { id: 'u-020', name: 'Thistle', colour: 'purple', speedKmh: 56, rangeKm: 200, seats: 2, stable: 'Weirbank' },
  { id: 'u-021', name: 'Umber', colour: 'brown', speedKmh: 48, rangeKm: 250, seats: 4, stable: 'Hollowgate' },
  { id: 'u-022', name: 'Vesper', colour: 'midnight', speedKmh: 77, rangeKm: 130, seats: 1, stable: 'Northmoor' },
  { id: 'u-023', name: 'Willow', colour: 'jade', speedKmh: 53, rangeKm: 215, seats: 3, stable: 'Weirbank' },
  { id: 'u-024', name: 'Zephyr', colour: 'sky', speedKmh: 86, rangeKm: 100, seats: 1, stable: 'Kilnside' },
];
