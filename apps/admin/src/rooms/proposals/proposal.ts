import type { Api } from "../../app/trpc.ts";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { type ShownPrice, unitPrice } from "../catalogue/unit-price.ts";
import { meterText } from "../wallet/meter-text.ts";

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
  return { before: priceOf(meter, oldUsd, oldPer), after: priceOf(meter, newUsd, newPer) };
}

/** One price of a meter for reading; null where there is none. */
export const priceOf = (meter: string, usd: string | null, per: bigint | null): ShownPrice | null =>
  usd === null || per === null ? null : unitPrice({ usd, per, unit: unitOfMeter(meter) }, "1m");

/** What a proposal is about, in words: "acme/writer, Input tokens". */
export const nameOf = ({ offering, meter }: Pick<Proposal, "offering" | "meter">): string =>
  `${offering}, ${meterText(meter)}`;

/** Whether a person can still decide it. */
export const isOpen = ({ state }: Pick<Proposal, "state">): boolean =>
  state === "held" || state === "scheduled";

/** Whether it could ever be activated as it is. */
export const isActivatable = ({ action }: Pick<Proposal, "action">): boolean => action !== "refuse";

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

/** A state of a proposal in words. */
export const stateText = (state: ProposalState): string => STATE_WORDS[state];

/** The states in the order people look at them. */
export const STATES = [
  "held",
  "scheduled",
  "approved",
  "edited",
  "rejected",
  "released",
  "superseded",
  "expired",
] as const satisfies readonly ProposalState[];

const STATE_WORDS: { [State in ProposalState]: string } = {
  held: "Held",
  scheduled: "Scheduled",
  approved: "Approved",
  edited: "Corrected",
  rejected: "Rejected",
  released: "Confirmed by a witness",
  superseded: "Superseded",
  expired: "Expired",
};

const RULES: ReadonlyMap<string, string> = new Map([
  ["not_a_price", "Not a price"],
  ["birth_bound", "New rate out of bounds"],
  ["birth_unit", "New rate in another unit"],
  ["birth_moved", "New rate stood at another meter"],
  ["birth_free", "New rate free where others are not"],
  ["birth_beside", "New rate like one that was stopped"],
  ["birth_copied", "New rate is what a sibling cost"],
  ["drift", "Document reads differently as a whole"],
  ["ratio_quarantine", "Changed more than fivefold"],
  ["ratio_hold", "Changed more than twofold"],
  ["shape_cache_read", "Cached input above input"],
  ["shape_output", "Output far from input"],
  ["shape_cache_write", "Cache write far above input"],
  ["shape_batch", "Batch above standard"],
  ["flicker", "Goes back and forth"],
  ["batch_size", "Many repriced at once"],
  ["missing", "Missing at its source"],
  ["unconfirmed_date", "Dated, and not confirmed when due"],
]);
