import { hash } from "node:crypto";
import { type Dimensions, formatQuantity, type Nanos, type Pools } from "@ratebook/core";

/** What a caller meant by an operation: a repeat under the same key has to mean exactly this. */
export type Meaning = {
  operation:
    | "usage"
    | "hold"
    | "settle"
    | "grant"
    | "opening"
    | "adjustment"
    | "extend"
    | "release"
    | "quote"
    | "rate-parked"
    | "resource-fee"
    | "resource-day";
  customerId: string;
  /** As the caller named it, because what an alias points to may change between attempts. */
  offering?: string | null | undefined;
  pools?: Pools | null | undefined;
  dimensions?: Dimensions | undefined;
  billing?: "platform" | "byok" | undefined;
  quoteId?: string | undefined;
  holdId?: string | undefined;
  outcome?: string | undefined;
  /** An amount the caller named; never one we rated. */
  amount?: Nanos | undefined;
  /** What else a grant or an extension is. */
  terms?: string | undefined;
};

/**
 * Lower-case hex sha256 of a meaning. Metadata, `occurredAt`, mode, agent and app are no part of it.
 *
 * Absent and unnamed are the same; pools are hashed after normalising, so two spellings of one usage are one meaning.
 */
export function meaningHash(meaning: Meaning): string {
  return hash("sha256", JSON.stringify(canonical(meaning)), "hex");
}

function canonical(meaning: Meaning): unknown[] {
  return [
    "1",
    meaning.operation,
    meaning.customerId,
    meaning.offering ?? null,
    meaning.pools ? Array.from(meaning.pools, ([meter, used]) => [meter, formatQuantity(used)]) : null,
    dimensionPairs(meaning.dimensions),
    meaning.billing === "byok" ? "byok" : null,
    meaning.quoteId ?? null,
    meaning.holdId ?? null,
    meaning.outcome ?? null,
    meaning.amount === undefined ? null : meaning.amount.toString(),
    meaning.terms ?? null,
  ];
}

function dimensionPairs(dimensions: Dimensions | undefined): [string, unknown][] {
  if (dimensions === undefined) return [];
  return Object.entries(dimensions)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
