import { compareFractions, type Fraction } from "../money/fraction.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type CompiledConditions,
  compareSpecificity,
  type DimensionKey,
  matches,
  type RequestFacts,
} from "./conditions.ts";

/** A rate of one meter as a candidate for an event. */
export type Candidate = {
  readonly conditions: CompiledConditions;
  /** List price in USD for one unit; decides ties. */
  readonly listPerUnit: Fraction;
  /** Canonical text of the conditions; makes the choice independent of the order of the rates. */
  readonly key: string;
};

/** The rate that applies, and the ones it tied with (equally specific, not dearer). */
export type Selection<C> = { winner: C; ties: readonly C[] };

/** Why no rate of the meter applies. */
export type SelectionFailure =
  | { kind: "unknown_value"; key: DimensionKey | "service_tier"; value: string; known: readonly string[] }
  | { kind: "no_match" };

/**
 * Picks the most specific of a meter's rates that match an event.
 *
 * - A named dimension none of the meter's rates is conditioned on is irrelevant to it.
 * - A named dimension some of them are conditioned on must be carried, with its value, by a rate that matches
 *   the event as a whole; otherwise the value (or its combination) has no price: `unknown_value`. So a request
 *   for 4k is never sold at the unconditional rate of a meter priced by resolution.
 * - The service tiers batch and flex are discounts: without a rate of their own the event is rated as standard.
 *   Priority costs more, so without one it is `unknown_value`, also where no rate names a tier, unless
 *   `tierIrrelevant` says the meter is not priced by tier.
 * - Equally specific matches: the dearer wins and the others are returned beside it.
 */
export function selectRate<C extends Candidate>(
  candidates: readonly C[],
  facts: RequestFacts,
  tierIrrelevant: boolean,
): Result<Selection<C>, SelectionFailure> {
  const tier = facts.dimensions.service_tier ?? "standard";
  let matching = candidates.filter((candidate) => matches(candidate.conditions, facts));
  if (tier !== "standard" && !matching.some((candidate) => candidate.conditions.serviceTier === tier)) {
    if (tier === "priority") {
      if (!tierIrrelevant) return err(unknownTier(candidates, tier));
    } else {
      const asStandard = { ...facts, dimensions: { ...facts.dimensions, service_tier: undefined } };
      matching = candidates.filter((candidate) => matches(candidate.conditions, asStandard));
    }
  }
  const unknown = unknownDimension(candidates, matching, facts);
  if (unknown !== null) return err(unknown);
  return best(matching);
}

function best<C extends Candidate>(matching: readonly C[]): Result<Selection<C>, SelectionFailure> {
  let winner: C | undefined;
  for (const candidate of matching) {
    if (winner === undefined || beats(candidate, winner)) winner = candidate;
  }
  if (winner === undefined) return err({ kind: "no_match" });
  const chosen = winner;
  const ties = matching
    .filter((other) => other !== chosen && compareSpecificity(other.conditions, chosen.conditions) === 0)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return ok({ winner: chosen, ties });
}

function beats(a: Candidate, b: Candidate): boolean {
  const specificity = compareSpecificity(a.conditions, b.conditions);
  if (specificity !== 0) return specificity > 0;
  const price = compareFractions(a.listPerUnit, b.listPerUnit);
  return price === 0 ? a.key < b.key : price > 0;
}

function unknownDimension<C extends Candidate>(
  candidates: readonly C[],
  matching: readonly C[],
  facts: RequestFacts,
): SelectionFailure | null {
  for (const name in facts.dimensions) {
    if (name === "service_tier") continue;
    const key = dimensionKey(name);
    const value = facts.dimensions[key];
    if (value === undefined) continue;
    const known = valuesOf(candidates, key);
    if (known.length > 0 && valuesOf(matching, key).length === 0) {
      return { kind: "unknown_value", key, value: String(value), known };
    }
  }
  return null;
}

const unknownTier = (candidates: readonly Candidate[], value: string): SelectionFailure => ({
  kind: "unknown_value",
  key: "service_tier",
  value,
  known: [...new Set(candidates.flatMap(({ conditions }) => conditions.serviceTier ?? []))].sort(),
});

function valuesOf(candidates: readonly Candidate[], key: DimensionKey): string[] {
  const values = new Set<string>();
  for (const { conditions } of candidates) {
    for (const [name, value] of conditions.dimensions) if (name === key) values.add(String(value));
  }
  return [...values].sort();
}

/** True because Dimensions is a closed object whose keys are the service tier and DimensionKey. */
const dimensionKey = (name: string): DimensionKey => name as DimensionKey;
