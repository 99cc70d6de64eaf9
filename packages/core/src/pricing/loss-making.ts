import { compareFractions } from "../money/fraction.ts";
import { type MarkupPolicy, resolveMarkup } from "./markup.ts";
import type { Rate, RatedOffering } from "./rate.ts";
import { ownCostPerUnit, sellPrice } from "./sell-price.ts";

/** A rate a policy prices below what the operator pays. */
export type LossMakingRate = {
  rate: Rate;
  ruleId: string;
  /** False where the rule does not allow the loss: the rate is sold at own cost instead. */
  allowed: boolean;
};

/**
 * The rates a policy would sell below own cost, for the operator to see before the policy is activated.
 *
 * Free rates are not among them: what is given away was marked so by hand.
 */
export function lossMakingRates(policy: MarkupPolicy, offerings: readonly RatedOffering[]): LossMakingRate[] {
  return offerings.flatMap((offering) =>
    offering.rates.flatMap((rate) => {
      if (rate.free) return [];
      const { rule } = resolveMarkup(policy, offering, rate.meter);
      const wanted = sellPrice(rate, { ...rule, allowLoss: true }, "platform");
      if (compareFractions(wanted.perUnit, ownCostPerUnit(rate)) >= 0) return [];
      return [{ rate, ruleId: rule.id, allowed: rule.allowLoss === true }];
    }),
  );
}
