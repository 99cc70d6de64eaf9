import type { MarkupMatch, MarkupRule, UnitPrice } from "@ratebook/core";
import { percentText } from "../catalogue/markup-text.ts";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { dollars, perText } from "../catalogue/unit-price.ts";
import { meterText } from "../wallet/meter-text.ts";

/** What a rule applies to, in words: "openai, gpt-*, Output tokens"; "Everything" where it asks nothing. */
export function matchText({ provider, model, modality, meter }: MarkupMatch): string {
  const parts = [
    provider !== undefined && `provider ${provider}`,
    model !== undefined && `model ${model}`,
    modality !== undefined && `modality ${modality}`,
    meter !== undefined && meterText(meter),
  ].filter((part) => part !== false);
  return parts.length === 0 ? "Everything" : parts.join(", ");
}

/** What a rule does to a price, in words: "+20%, at least $0.50 per 1M tokens, $0.01 per request". */
export function effectText(rule: MarkupRule): string {
  const { percentBps, price, floor, ceiling, feePerRequest, allowLoss, byok, match } = rule;
  const priced = (unitPrice: UnitPrice): string =>
    `${dollars(unitPrice.usd)} per ${perText(unitPrice.per, unitOfMeter(match.meter ?? ""))}`;
  return [
    price === undefined ? percentText(percentBps ?? 0) : `fixed at ${priced(price)}`,
    floor !== undefined && `at least ${priced(floor)}`,
    ceiling !== undefined && `at most ${priced(ceiling)}`,
    feePerRequest !== undefined && `${dollars(feePerRequest)} per request`,
    byok !== undefined &&
      `own key ${percentText(byok.percentBps)}${byok.feePerRequest === undefined ? "" : ` and ${dollars(byok.feePerRequest)} per request`}`,
    allowLoss === true && "may sell at a loss",
  ]
    .filter((part) => part !== false)
    .join(", ");
}
