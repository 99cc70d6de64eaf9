import {
  type Conditions,
  conditionsKey,
  type GuardProfile,
  type GuardReport,
  guardDocument,
  offeringRateKey,
  type PriceDocument,
  type StatedRate,
  statedRates,
} from "@ratebook/core";
import type { ClaimDecision } from "./accept-claims.ts";
import type { Publication } from "./publication.ts";
import { type Claim, claimColumns, claimKey } from "./rate-rows.ts";

/** A row, or one price of a row, that a parser did not take from its document. */
export type RefusedPrice = {
  kind: string;
  where: string;
  offering: string | null;
  meter: string | null;
  /** With `meter`: the conditions of the price point, where they were understood. */
  when?: Conditions | undefined;
  /** What stood in the price's place. */
  printed?: string | undefined;
  detail: string;
};

/** Something about a document an operator should look at. */
export type DocumentAlert = { kind: string; where: string; detail: string };

/** A document beside what its source said before, and what the guard says of the difference. */
export type JudgedDocument = {
  before: readonly Claim[];
  report: Omit<GuardReport<Claim, StatedRate>, "decisions"> & { decisions: readonly ClaimDecision[] };
  /** Rates stated twice; the first of each is used. */
  repeated: readonly StatedRate[];
};

/** Compares a document with its source's last good word and asks the guard. Writes nothing. */
export async function judgeDocument(
  { tx, now }: Publication,
  input: {
    document: PriceDocument;
    profile: GuardProfile;
    refused: readonly RefusedPrice[];
    /** Offerings of the source's last good document; null before the first. */
    lastOfferings: number | null;
    /** The operator saw the rows that tripped a bound and wants them. */
    accept: boolean;
  },
): Promise<JudgedDocument> {
  const { document, profile, lastOfferings } = input;
  const before = await tx<
    Claim[]
  >`select ${claimColumns(tx)} from ratebook.claim where source = ${document.source}`;
  const { rates, repeated } = withoutRepeats(statedRates(document));
  // A date counts once the offering has been away for a day: lists lose old and new models alike, for hours.
  const deprecations = await tx<{ offering: string; deprecatedAt: Date }[]>`
    select offering, deprecated_at as "deprecatedAt" from ratebook.offering_claim
    where source = ${document.source} and deprecated_at is not null
      and missing_since <= ${new Date(now.getTime() - DAY_MS)}`;
  const report = guardDocument<Claim, StatedRate>({
    profile,
    before,
    after: rates,
    offerings: document.offerings.map(({ provider, model, modality }) => ({
      offering: `${provider}/${model}`,
      modality,
    })),
    ...(lastOfferings === null ? {} : { lastOfferingCount: lastOfferings }),
    at: now,
    lastChangedAt: new Map(before.map((claim) => [offeringRateKey(claim), claim.acceptedAt])),
    missingSyncs: new Map(before.map((claim) => [offeringRateKey(claim), timesMissing(claim, now)])),
    deprecations: new Map(deprecations.map(({ offering, deprecatedAt }) => [offering, deprecatedAt])),
    unreadable: unreadableOf(before, input.refused),
    accepted: input.accept ? new Set(rates.map(offeringRateKey)) : new Set(),
  });
  return { before, report, repeated };
}

/** What a decision stopped, for a list of rows. */
export const stoppedBy = (
  decisions: readonly ClaimDecision[],
  action: ClaimDecision["action"],
): ClaimDecision[] =>
  decisions.filter((decision) => decision.action === action && decision.rule !== "missing");

function withoutRepeats(rates: readonly StatedRate[]): { rates: StatedRate[]; repeated: StatedRate[] } {
  const byKey = new Map<string, StatedRate>();
  const repeated: StatedRate[] = [];
  for (const rate of rates) {
    const key = claimKey(rate);
    if (byKey.has(key)) repeated.push(rate);
    else byKey.set(key, rate);
  }
  return { rates: [...byKey.values()], repeated };
}

/**
 * How often a rate was missing, at most once a day: a source that is read every hour would otherwise retire in a
 * morning what comes back in a week.
 */
const timesMissing = ({ missingSince, missingSyncs }: Claim, now: Date): number =>
  missingSince === null
    ? 0
    : Math.min(missingSyncs, Math.floor((now.getTime() - missingSince.getTime()) / DAY_MS));

/** The price points known so far in whose place the document has something that is no price. */
function unreadableOf(before: readonly Claim[], refused: readonly RefusedPrice[]): Map<string, string> {
  const byOffering = Map.groupBy(
    refused.filter(({ kind }) => !SAYS_NOTHING_OF_OTHERS.has(kind)),
    ({ offering }) => offering,
  );
  return new Map(
    before.flatMap((claim) => {
      const key = offeringRateKey(claim);
      const row = byOffering
        .get(claim.offering)
        ?.find(
          ({ meter, when }) =>
            meter === null ||
            (meter === claim.meter &&
              (when === undefined || conditionsKey(when) === conditionsKey(claim.when))),
        );
      return row === undefined ? [] : [[key, row.printed ?? row.detail] as const];
    }),
  );
}

/** Refusals that leave the offering's other prices as they are. */
const SAYS_NOTHING_OF_OTHERS = new Set(["alias", "duplicate", "unsupported_condition"]);

const DAY_MS = 24 * 60 * 60 * 1000;
