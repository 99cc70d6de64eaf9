/**
 * What a year of containers must cost, worked out from the published rule and from what a test did, without any code of
 * the billing itself: instances × max(1, CPU ÷ 1792, MB ÷ 1792) by the millisecond, at least an hour of a day, each stretch
 * at the price of its moment.
 */
export type ModelContainer = {
  id: string;
  customer: string;
  runs: { from: number; to: number | null; weight: bigint }[];
};

/** A price in nanos for a day of the flat size, from an instant on. */
export type ModelPrice = { from: number; nanos: bigint };

/** Every day on which a container ran, with its price, up to an instant. */
export function expectedDays(
  { runs }: ModelContainer,
  prices: readonly ModelPrice[],
  until: number,
): Map<string, bigint> {
  const days = new Map<string, bigint>();
  const first = runs[0]?.from;
  if (first === undefined) return days;
  for (let day = Math.floor(first / DAY) * DAY; day < until; day += DAY) {
    const cost = costOfDay(day, runs, prices);
    if (cost !== null) days.set(new Date(day).toISOString().slice(0, 10), cost);
  }
  return days;
}

function costOfDay(day: number, runs: ModelContainer["runs"], prices: readonly ModelPrice[]): bigint | null {
  // Work by price, as a bill does: how much had run by the end of each price.
  const byPrice = prices.map(({ from, nanos }, index) => ({
    nanos,
    from: Math.max(from, day),
    to: Math.min(prices[index + 1]?.from ?? Number.MAX_SAFE_INTEGER, day + DAY),
  }));
  let ran = 0;
  let lastWeight = 0n;
  const used = byPrice.map(() => 0n);
  for (const run of runs) {
    for (const [index, price] of byPrice.entries()) {
      const ms = Math.min(run.to ?? Number.MAX_SAFE_INTEGER, price.to) - Math.max(run.from, price.from);
      if (ms <= 0) continue;
      ran += ms;
      lastWeight = run.weight;
      used[index] = (used[index] ?? 0n) + run.weight * BigInt(ms);
    }
  }
  if (ran === 0) return null;
  if (ran < HOUR) {
    const last = used.findLastIndex((it) => it > 0n);
    used[last] = (used[last] ?? 0n) + lastWeight * BigInt(HOUR - ran);
  }
  let [before, total, cost] = [0n, 0n, 0n];
  for (const [index, { nanos }] of byPrice.entries()) {
    total += used[index] ?? 0n;
    const billionths = halfEven(total * 1_000_000_000n, 1792n * BigInt(DAY));
    cost += halfEven((billionths - before) * nanos, 1_000_000_000n);
    before = billionths;
  }
  return cost;
}

/** Nearest whole number; a half goes to the even one. */
function halfEven(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice < denominator || (twice === denominator && whole % 2n === 0n)) return whole;
  return whole + 1n;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
