import type { ProposalState, RunTrigger } from "@ratebook/billing";
import { Conditions, DecimalText, MeterName, PriceDocument, ProviderName } from "@ratebook/core";
import { z } from "zod";
import { OfferingName } from "./pricing.ts";
import { Limit, plainText, shortText } from "./text.ts";

/** Id of a price source. */
export const SourceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'must be a source id such as "openrouter"');

// Spelled out, so that forms in a browser do not load the billing package; the types keep both lists alike.
const triggers = ["schedule", "catch-up", "request", "command"] as const satisfies readonly RunTrigger[];
const states = [
  "held",
  "scheduled",
  "released",
  "approved",
  "edited",
  "rejected",
  "superseded",
  "expired",
] as const satisfies readonly ProposalState[];

/** The instant and the id of the last row shown; a date that does not exist would be PostgreSQL's error. */
const PageCursor = z.string().refine((text) => {
  const [at = "", id, ...more] = text.split("_");
  const isInstant = /^(?!0000)\d{4}-/.test(at) && z.iso.datetime({ precision: 3 }).safeParse(at).success;
  return isInstant && z.guid().safeParse(id).success && more.length === 0;
}, "must be a cursor of this list");
const header = plainText(1000).nullable();

export const AnnounceSourcesInput = z.strictObject({
  sources: z
    .array(
      z.strictObject({
        source: SourceId,
        title: shortText(200),
        homepage: z.url().max(1000),
        schedule: shortText(100).nullable(),
        freshnessHours: z.int().positive().max(100_000),
      }),
    )
    .max(200),
});

export const ClaimRunInput = z.strictObject({
  source: SourceId,
  slot: z.date(),
  trigger: z.enum(triggers),
  worker: shortText(200),
});

// Lenient: a worker that knows more about a row than this server does not lose its document.
const note = z.object({
  kind: shortText(64),
  where: plainText(1000),
  detail: plainText(2000),
});

export const SubmitDocumentInput = z.strictObject({
  runId: z.uuid(),
  snapshot: z.strictObject({
    url: plainText(2000),
    fetchedAt: z.date(),
    etag: header,
    lastModified: header,
    contentType: header,
    httpStatus: z.int().nullable(),
    /** gzip of the body, as base64: superjson would write bytes as a list of numbers. */
    bodyGzip: z.base64(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hex"),
  }),
  document: PriceDocument,
  alerts: z.array(note).max(10_000),
  refused: z
    .array(
      note.extend({
        offering: plainText(300).nullable(),
        meter: plainText(64).nullable(),
        when: Conditions.optional(),
        printed: plainText(1000).optional(),
      }),
    )
    .max(50_000),
});

export const ReportUnchangedInput = z.strictObject({ runId: z.uuid(), fetchedAt: z.date() });

export const FailRunInput = z.strictObject({
  runId: z.uuid(),
  failure: z.strictObject({
    check: shortText(200),
    message: shortText(4000),
    excerpt: plainText(10_000).nullish(),
  }),
});

export const RequestRunInput = z.strictObject({ source: SourceId });
export const ListRunsInput = z.strictObject({
  source: SourceId.optional(),
  limit: Limit,
  cursor: PageCursor.optional(),
});
export const RunIdInput = z.strictObject({ id: z.uuid() });

export const ListProposalsInput = z.strictObject({
  state: z.enum(states).optional(),
  limit: Limit,
  cursor: PageCursor.optional(),
});
/** Whether approved decreases are given back since their documents were fetched; else the policy decides. */
const GrantBack = z.boolean().optional();
export const DecideProposalInput = z.strictObject({
  id: z.uuid(),
  decision: z.enum(["approve", "reject"]),
  reason: shortText(500),
  grantBack: GrantBack,
});

export const ProposalIdInput = z.strictObject({ id: z.uuid() });
export const DecideProposalsInput = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(500),
  decision: z.enum(["approve", "reject"]),
  reason: shortText(500),
  grantBack: GrantBack,
});
export const PreviewGrantBackInput = z.strictObject({ ids: z.array(z.uuid()).min(1).max(500) });
/** A corrected price in the place of the proposed one: the operator's dated override. */
export const EditProposalInput = z.strictObject({
  id: z.uuid(),
  usd: DecimalText,
  per: z.bigint().positive().max(1_000_000_000n),
  /** When the sources decide again. */
  until: z.date().optional(),
  reason: shortText(500),
  accept: z.boolean().optional(),
});
export const ScheduleProposalInput = z.strictObject({ id: z.uuid(), at: z.date(), reason: shortText(500) });
export const SetProposalPolicyInput = z.strictObject({
  policy: z.strictObject({
    releaseOnWitness: z.boolean(),
    expireAfterDays: z.int().positive().max(3650).nullable(),
    escalateAfterHours: z.int().nonnegative().max(8760).nullable(),
    grantBackDecreases: z.boolean(),
    inUseDays: z.int().positive().max(365),
  }),
  reason: shortText(500),
});
export const AuthorityInput = z.strictObject({ offering: OfferingName, meter: MeterName.optional() });
const Sources = z.array(SourceId).max(50);
export const SetAuthorityInput = z.strictObject({
  provider: ProviderName,
  /** Null goes back to the shipped order. */
  order: z.strictObject({ first: Sources, witnesses: Sources }).nullable(),
  /** Says what would change and changes nothing. */
  dryRun: z.boolean(),
  reason: shortText(500),
});
export const IdentitiesInput = z.strictObject({ source: SourceId.optional() });
export const IdentityInput = z.strictObject({ offering: OfferingName });
export const SetIdentityInput = z.strictObject({
  source: SourceId,
  /** The source's own name. */
  sourceOffering: OfferingName,
  /** Ours; null leaves out what the source says of it. */
  offering: OfferingName.nullable(),
  reason: shortText(500),
});
export const RemoveIdentityInput = SetIdentityInput.omit({ offering: true });
export const RetireInput = z.strictObject({
  offering: OfferingName,
  /** False lets its sources price it again. */
  retired: z.boolean(),
  reason: shortText(500),
});
export const OwnCostsInput = z.strictObject({ offering: OfferingName.optional() });
export const SetOwnCostInput = z.strictObject({
  offering: OfferingName,
  meter: MeterName,
  when: Conditions.default({}),
  usd: DecimalText,
  per: z.bigint().positive().max(1_000_000_000n),
  validFrom: z.date().optional(),
  validUntil: z.date().optional(),
  reason: shortText(500),
});
export const RollbackInput = z.strictObject({
  version: z.int().positive(),
  /** Only these; default all. */
  offerings: z.array(OfferingName).min(1).max(1000).optional(),
  until: z.date().optional(),
  dryRun: z.boolean(),
  reason: shortText(500),
});
export const RerateInput = z.strictObject({
  /** Half-open, of when the usage happened. */
  from: z.date(),
  to: z.date(),
  /** Catalogue version whose rates are used. */
  version: z.int().positive(),
  offering: OfferingName.optional(),
  customer: shortText(200).optional(),
  dryRun: z.boolean(),
  reason: shortText(500),
  /** Needed to post. */
  idempotencyKey: shortText(200).optional(),
});
export const UndoReratingInput = z.strictObject({ id: z.uuid(), reason: shortText(500) });
export const EndOverridesInput = z.strictObject({
  offering: OfferingName.optional(),
  meter: MeterName.optional(),
  /** Those that one version brought. */
  version: z.int().positive().optional(),
  reason: shortText(500),
});

export const RateIdInput = z.strictObject({ rateId: z.uuid() });

export const ListVersionsInput = z.strictObject({ limit: Limit, cursor: z.int().positive().optional() });
export const VersionInput = z.strictObject({
  version: z.int().positive(),
  against: z.int().nonnegative().optional(),
});

export const SetListedInput = z.strictObject({
  offering: OfferingName,
  /** Null leaves the choice to the documents again. */
  listed: z.boolean().nullable(),
  reason: shortText(500),
});

export const ImportDocumentInput = z.strictObject({
  /** A price document of the source "manual"; checked in full, each issue with its place. */
  document: z.json(),
  accept: z.boolean().optional(),
});
