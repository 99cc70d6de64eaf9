import type { Api } from "../../app/trpc.ts";
import { conditionsId } from "./conditions-text.ts";

/** One offering with its rates in force and its history. */
export type ModelDetail = Api<"pricing", "model">;
/** A rate that is or was on the price list. */
export type PastRate = ModelDetail["history"][number];

/** How one price came to be what it is: all rates of a meter under the same conditions, the newest first. */
export const historyOf = (
  history: readonly PastRate[],
  { meter, when }: Pick<PastRate, "meter" | "when">,
): PastRate[] => {
  const id = conditionsId(when);
  return history
    .filter((rate) => rate.meter === meter && conditionsId(rate.when) === id)
    .toSorted((a, b) => b.openedVersion - a.openedVersion);
};
