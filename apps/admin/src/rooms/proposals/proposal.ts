import type { Api } from "../../app/trpc.ts";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { type ShownPrice, unitPrice } from "../catalogue/unit-price.ts";

/** A change the guard has not let through, or did not at first. */
export type Proposal = Api<"catalog", "proposals">["items"][number];
export type ProposalState = Proposal["state"];

/** The prices a proposal is about. */
export type PricedChange = Pick<Proposal, "meter" | "oldUsd" | "oldPer" | "newUsd" | "newPer">;

/** Old and new price of a proposal, exact and for the same unit; null where there is none. */
export function pricesOf({ meter, oldUsd, oldPer, newUsd, newPer }: PricedChange): {
  before: ShownPrice | null;
  after: ShownPrice | null;
} {
  const unit = unitOfMeter(meter);
  const shown = (usd: string | null, per: bigint | null) =>
    usd === null || per === null ? null : unitPrice({ usd, per, unit }, "1m");
  return { before: shown(oldUsd, oldPer), after: shown(newUsd, newPer) };
}

/** How many times the old price the new one is, cut to three places: "0.333 times". */
export function ratioText(ratio: string): string {
  const [whole = "0", part = ""] = ratio.split(".");
  const cut = part.slice(0, 3).replace(/0+$/, "");
  // Too small to be seen at three places: all of it.
  if (whole === "0" && cut === "") return `${ratio} times`;
  return cut === "" ? `${whole} times` : `${whole}.${cut} times`;
}

/** What the rule that stopped a change looks at, in a few words. */
export const ruleText = (rule: string): string => RULES.get(rule) ?? rule.replaceAll("_", " ");

const RULES: ReadonlyMap<string, string> = new Map([
  ["not_a_price", "Not a price"],
  ["birth_bound", "New rate out of bounds"],
  ["ratio_quarantine", "Changed more than fivefold"],
  ["ratio_hold", "Changed more than twofold"],
  ["shape_cache_read", "Cached input above input"],
  ["shape_output", "Output far from input"],
  ["shape_cache_write", "Cache write far above input"],
  ["shape_batch", "Batch above standard"],
  ["flicker", "Goes back and forth"],
  ["batch_size", "Many repriced at once"],
  ["missing", "Missing at its source"],
]);
