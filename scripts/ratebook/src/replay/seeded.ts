/** Random choices that are the same in every run with the same seed. */
export type Seeded = {
  /** A whole number from 0 to below `count`. */
  below: (count: number) => number;
  pick: <T>(items: readonly T[]) => T;
  /** Some of the items, in their own order. */
  some: <T>(items: readonly T[], count: number) => T[];
};

/** Mulberry32: small, fast, and good enough to choose cells by. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (count: number): number => next() % count;
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("there is nothing to pick from");
      return item;
    },
    some: (items, count) => {
      const left = items.map((_, index) => index);
      const chosen = new Set<number>();
      while (chosen.size < Math.min(count, items.length)) {
        const [index] = left.splice(below(left.length), 1);
        if (index !== undefined) chosen.add(index);
      }
      return items.filter((_, index) => chosen.has(index));
    },
  };
}
