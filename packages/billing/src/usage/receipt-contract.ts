import { type Meter, type Modality, markupMismatch } from "@ratebook/core";
import type { ContractVersion } from "../contracts/contract-version.ts";
import type { ReceiptContract } from "./receipt.ts";
import type { StoredLine } from "./stored-line.ts";

type PricedEvent = {
  offering: string | null;
  modality: Modality | null;
  catalogueVersion: number | null;
  occurredAt: Date;
  lines: readonly StoredLine[];
};

/** What the contract that priced an event had to say besides its rules: the price lock, and discounts that took no part. */
export function receiptContract(contract: ContractVersion, event: PricedEvent): ReceiptContract {
  const { label, validFrom, validUntil } = contract;
  return {
    contract: label,
    validFrom,
    validUntil,
    priceLock: lockOf(contract, event),
    discountsPassedOver: discountsPassedOver(contract, event),
  };
}

function lockOf({ lock }: ContractVersion, event: PricedEvent): ReceiptContract["priceLock"] {
  if (lock === null) return null;
  const { catalogueVersion, until } = lock;
  const offering = named(event);
  const because =
    event.occurredAt >= until
      ? `it ended at ${until.toISOString()}, so the rates of the event's own instant apply`
      : ((offering === null
          ? "the event has no offering"
          : markupMismatch(lock.match, offering, "request")) ??
        (event.catalogueVersion === catalogueVersion
          ? null
          : `catalogue version ${catalogueVersion} has no price of it, so the rates of the event's own instant apply`));
  return {
    catalogueVersion,
    until,
    applied: because === null,
    because:
      because ??
      `the rates are those of catalogue version ${catalogueVersion}, whatever upstreams did since; it holds until ${until.toISOString()}`,
  };
}

function discountsPassedOver(
  { terms }: ContractVersion,
  event: PricedEvent,
): ReceiptContract["discountsPassedOver"] {
  const taken = new Set(event.lines.flatMap((line) => (line.kind === "volume" ? [line.discount] : [])));
  const meters = event.lines.flatMap((line) => (line.kind === "usage" ? [line.meter] : []));
  const offering = named(event);
  return terms.discounts
    .filter(({ id }) => !taken.has(id))
    .map(({ id, match }) => {
      if (offering === null || meters.length === 0)
        return { id, because: "no line of the event is of a meter" };
      const reasons = meters.map((meter) => markupMismatch(match, offering, meter as Meter));
      const because = reasons.includes(null)
        ? "what it matches is counted by a discount before it, or was nothing"
        : [...new Set(reasons)].join("; ");
      return { id, because };
    });
}

function named({ offering, modality }: PricedEvent) {
  if (offering === null || modality === null) return null;
  const slash = offering.indexOf("/");
  return { provider: offering.slice(0, slash), model: offering.slice(slash + 1), modality };
}
