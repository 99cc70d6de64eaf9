import type { Meter } from "@ratebook/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { reconcileRates } from "./active-rates.ts";
import { type Claim, claimKey } from "./rate-rows.ts";

const SOURCES = ["manual", "openai", "starter", "genai-prices", "litellm", "openrouter"] as const;

const claim = (source: string, model: string, meter: Meter, usd: string, tier?: "batch"): Claim => ({
  source,
  offering: `openai/${model}`,
  meter,
  usd,
  per: 1_000_000n,
  when: tier ? { service_tier: tier } : {},
  free: false,
  minimum: null,
  increment: null,
  included: null,
  ownCost: null,
  sha256: "0",
  where: null,
  validFrom: null,
  validUntil: null,
  acceptedAt: new Date(0),
  missingSince: null,
  missingSyncs: 0,
});

const claims = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom(...SOURCES),
      fc.constantFrom("one", "two"),
      fc.constantFrom<Meter>("input_tokens", "output_tokens"),
      fc.constantFrom("1", "2", "3"),
      fc.constantFrom(undefined, "batch" as const),
    )
    .map(([source, model, meter, usd, tier]) => claim(source, model, meter, usd, tier)),
  { selector: (it) => `${it.source} ${claimKey(it)}` },
);

const say = (rates: readonly Claim[]) =>
  rates.map((rate) => `${claimKey(rate)} ${rate.usd} ${rate.source}`).sort();

test("the active rates are a function of the set of claims: their order and what was active before leave no trace", () => {
  fc.assert(
    fc.property(claims, claims, fc.infiniteStream(fc.nat()), (now, earlier, seeds) => {
      const shuffled = now.map((it) => [seeds.next().value ?? 0, it] as const).sort(([a], [b]) => a - b);
      const fresh = reconcileRates(now, []).opened;
      const active = new Map(
        reconcileRates(earlier, []).opened.map((it) => [claimKey(it), { ...it, rateId: claimKey(it) }]),
      );
      const { opened, closed } = reconcileRates(
        shuffled.map(([, it]) => it),
        [...active.values()],
      );
      for (const rate of closed) active.delete(claimKey(rate));
      expect(say([...active.values(), ...opened])).toEqual(say(fresh));
    }),
  );
});

test("a meter's rates are never mixed from two sources", () => {
  fc.assert(
    fc.property(claims, (now) => {
      const byMeter = Map.groupBy(
        reconcileRates(now, []).opened,
        ({ offering, meter }) => `${offering} ${meter}`,
      );
      for (const rates of byMeter.values()) expect(new Set(rates.map(({ source }) => source)).size).toBe(1);
    }),
  );
});

test("what stays the same price of the same source is left alone", () => {
  const before = claim("openai", "one", "input_tokens", "2");
  const active = [{ ...before, rateId: "r" }];
  const again = { ...before, usd: "0.002", per: 1000n, sha256: "1" };
  expect(reconcileRates([again], active)).toEqual({ opened: [], closed: [], changed: 0 });
});
