import type { Api } from "../../app/trpc.ts";
import { groupDigits } from "../../money/group-digits.ts";
import { meterText } from "../wallet/meter-text.ts";

/** Usage of one offering that waits for a price. */
export type ParkedVolume = Api<"catalog", "alarms">["parked"][number];
/** What rating parked usage did, or would do. */
export type RatedParked = Omit<Api<"billing", "rateParked">, "nextCursor">;

/** Why usage could not be priced, as a sentence. */
export const parkedReasonText = (reason: string): string =>
  REASONS.get(reason) ?? reason.replaceAll("_", " ");

/** Sums by meter in words: "6,000 Input tokens". */
export const quantityTexts = (quantities: ParkedVolume["quantities"]): string[] =>
  Object.entries(quantities).map(([meter, quantity]) => `${groupDigits(quantity)} ${meterText(meter)}`);

/** What a run over parked usage found, in sentences: what is (or would be) rated, and what still waits and why. */
export function ratedText({ looked, rated, unrated, postponed }: RatedParked, dryRun: boolean): string[] {
  const waiting = Object.entries(unrated).filter(([, count]) => count !== undefined && count > 0);
  const did = dryRun ? "would be rated" : rated === 1 ? "was rated" : "were rated";
  return [
    looked === 0
      ? "Nothing waits for a price."
      : rated === 0
        ? `None of ${events(looked)} has a price yet.`
        : `${rated.toLocaleString("en")} of ${events(looked)} ${did}.`,
    ...waiting.map(([reason, count]) => `Still waiting, ${events(count)}: ${parkedReasonText(reason)}.`),
    ...(postponed > 0 ? [`${events(postponed)} could not be taken just now; try again.`] : []),
  ];
}

const events = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "event" : "events"}`;

const REASONS: ReadonlyMap<string, string> = new Map([
  ["unknown_offering", "No offering of this name had a price then"],
  ["unpriced_meter", "One of its meters has no rate"],
  ["not_listed", "It is not sold here"],
]);
