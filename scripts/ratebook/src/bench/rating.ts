import { must } from "@ratebook/core";
import type { Bench } from "./bench.ts";
import { bothSides, speedRatio } from "./debits.ts";
import type { Lab } from "./lab.ts";
import { readPriceList } from "./price-list.ts";
import {
  mixedEvents,
  modelsOfBoth,
  priceByGenaiPrices,
  type RatingEvent,
  rateByRatebook,
} from "./rating-events.ts";
import { alternate } from "./statistics.ts";

/** Rating against the library whose price list it uses, one event after the other on one core. */
export const rating: Bench = {
  name: "rating",
  title: "a million mixed events priced by Ratebook and by @pydantic/genai-prices, on one core",
  run: compare,
};

async function compare(lab: Lab) {
  const list = await readPriceList(AT);
  const models = modelsOfBoth(list, AT);
  lab.progress(`rating: ${models.length} of ${list.models.length} models are priced alike by both`);
  const rounds = lab.quick ? 1 : ROUNDS;
  const size = (lab.quick ? 10_000 : EVENTS) / rounds;
  const timed = (price: (event: RatingEvent) => unknown, share: number) => (round: number) => {
    const events = mixedEvents(models, size, round, AT).slice(0, size * share);
    const start = performance.now();
    for (const event of events) must(price(event), "both sides price every event");
    return Promise.resolve({ perSecond: (events.length * 1000) / (performance.now() - start) });
  };
  const sides = {
    ours: timed((event) => rateByRatebook(list, event), 1),
    // A tenth of the same events is enough to know its speed, and all of them would take a minute.
    other: timed(priceByGenaiPrices, 0.1),
  };
  // Lets both sides be optimised before they are timed.
  await alternate(1, sides);
  const pairs = await alternate(rounds, sides);
  const speeds = bothSides(pairs, "events a second", ({ perSecond }) => perSecond);
  return [
    {
      what: `rating ${(rounds * size).toLocaleString("en")} mixed events, Ratebook : @pydantic/genai-prices`,
      measured: speedRatio(pairs),
      unit: "ratio" as const,
      target: { atLeast: 3 },
      note: `${speeds}; ${models.length} models, the same amounts`,
    },
  ];
}

const EVENTS = 1_000_000;
const ROUNDS = 5;
/** After the bundled list was published, so that all of its dated prices have begun or ended. */
const AT = new Date("2026-10-01T12:00:00Z");
