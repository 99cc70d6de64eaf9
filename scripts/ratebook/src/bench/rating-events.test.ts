import { expect, test } from "vitest";
import { readPriceList } from "./price-list.ts";
import { mixedEvents, modelsOfBoth, priceByGenaiPrices, rateByRatebook } from "./rating-events.ts";

const at = new Date("2026-10-01T12:00:00Z");

test("both sides price the same events to the same amounts, so that only their speed differs", async () => {
  const list = await readPriceList(at);
  const models = modelsOfBoth(list, at);
  expect(models.length).toBeGreaterThan(1_000);
  for (const event of mixedEvents(models, 2_000, 1, at)) {
    // Three lines, each rounded half-even to a nano, are at most 1.5 nanos away from the unrounded sum.
    const theirs = (priceByGenaiPrices(event) ?? Number.NaN) * 1e9;
    expect(Math.abs(Number(rateByRatebook(list, event)) - theirs), event.model).toBeLessThan(2);
  }
});

test("a seed always gives the same events, and another seed others", async () => {
  const models = modelsOfBoth(await readPriceList(at), at);
  const events = (seed: number) => mixedEvents(models, 50, seed, at).map(({ quantities }) => quantities);
  expect(events(7)).toEqual(events(7));
  expect(events(7)).not.toEqual(events(8));
});
