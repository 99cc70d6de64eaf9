import { type ContractTerms, err, must, ok, type Result } from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import { type Actor, actorLabel } from "../actor.ts";
import { auditCatalogue } from "../catalog/audit.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import { inPublication, type Publication, type Tx } from "../catalog/publication.ts";
import type { Ctx } from "../ctx.ts";
import type { ContractError, InvalidContract } from "./contract-error.ts";
import { type ContractVersion, readContracts } from "./contract-version.ts";
import { endWithin } from "./end-contract.ts";
import { readTerms } from "./read-terms.ts";

export type SetContractInput = {
  customer: string;
  terms: unknown;
  /** Default: now. Never in the past: what was debited keeps its price. */
  validFrom?: Date | undefined;
  /** Half-open; absent or null: until it is ended. */
  validUntil?: Date | null | undefined;
  /** The version that this one ends when it begins. Another one that holds then, or none named, is an overlap. */
  replaces?: number | undefined;
  /** The plan the terms were made from; one that is not retired. */
  plan?: string | undefined;
  note: string;
};

/**
 * Makes a version of a customer's contract, immutable from then on; it prices usage of its time on every replica within
 * seconds. Who made it and why is in the audit log.
 *
 * `contract_overlap` where another version of the customer holds in a part of that time, so that a repeated request makes
 * nothing; `validation_error` names the term that is not well-formed.
 */
export async function setContract(
  ctx: Ctx,
  actor: Actor,
  input: SetContractInput,
): Promise<Result<ContractVersion, ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const terms = readTerms(input.terms);
  if (!terms.ok) return terms;
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  return inPublication(ctx, async (publication): Promise<Result<ContractVersion, ContractError>> => {
    const { tx, now } = publication;
    const span = { from: input.validFrom ?? now, until: input.validUntil ?? null };
    const invalid =
      invalidSpan(span, now) ??
      (await invalidLock(tx, terms.value, span.from)) ??
      (await invalidPlan(tx, input.plan));
    if (invalid) return err(invalid);
    const others = await readContracts(tx, { customerId, limit: 1000 });
    const overlapping = others.filter((other) => overlaps(other, span));
    const [before] = overlapping;
    const isNamed = overlapping.length === 1 && before?.version === input.replaces;
    const replaced = before && isNamed && before.validFrom <= span.from ? before : null;
    if (before && replaced === null) return err(overlapOf(overlapping.at(-1) ?? before));
    if (replaced) await endWithin(publication, replaced, span.from);
    const version = await insert(publication, actor, { ...input, customerId, span, terms: terms.value });
    await auditCatalogue(publication, actor, {
      action: "contract.set",
      subject: `contract-${version}`,
      customerId,
      before: replaced ? { contract: replaced.label, terms: replaced.terms } : null,
      after: {
        terms: terms.value,
        validFrom: span.from.toISOString(),
        validUntil: span.until?.toISOString() ?? null,
        plan: input.plan ?? null,
      },
      reason: input.note,
    });
    const made = await readContracts(tx, { customerId, limit: 1 });
    return ok(must(made[0], "the version was just made"));
  });
}

type Span = { from: Date; until: Date | null };

function invalidSpan({ from, until }: Span, now: Date): InvalidContract | null {
  if (from < now) {
    return { kind: "validation_error", field: "validFrom", message: "must not be in the past" };
  }
  return until !== null && until <= from
    ? { kind: "validation_error", field: "validUntil", message: "must be after it begins" }
    : null;
}

async function invalidLock(
  tx: Tx,
  { priceLock }: ContractTerms,
  from: Date,
): Promise<InvalidContract | null> {
  if (priceLock === null) return null;
  if (new Date(priceLock.until) <= from) {
    return {
      kind: "validation_error",
      field: "terms.priceLock.until",
      message: "must be after the contract begins",
    };
  }
  const [known] = await tx`
    select from ratebook.catalogue_version where version = ${priceLock.catalogueVersion}`;
  return known
    ? null
    : {
        kind: "validation_error",
        field: "terms.priceLock.catalogueVersion",
        message: `is not a catalogue version: there is no version ${priceLock.catalogueVersion}`,
      };
}

async function invalidPlan(tx: Tx, plan: string | undefined): Promise<InvalidContract | null> {
  if (plan === undefined) return null;
  const [known] = await tx<{ retired: boolean }[]>`
    select retired from ratebook.contract_plan where id = ${plan}`;
  if (known?.retired === false) return null;
  return {
    kind: "validation_error",
    field: "plan",
    message: known ? `is retired: ${plan}` : `is not a plan: there is no ${plan}`,
  };
}

const overlaps = ({ validFrom, validUntil }: ContractVersion, { from, until }: Span): boolean =>
  (validUntil === null || (validUntil > validFrom && validUntil > from)) &&
  (until === null || validFrom < until);

const overlapOf = ({ label, validFrom, validUntil }: ContractVersion): ContractError => ({
  kind: "contract_overlap",
  contract: label,
  message: `${label} holds from ${validFrom.toISOString()} ${
    validUntil === null ? "on" : `until ${validUntil.toISOString()}`
  }; contracts of one customer may not overlap.`,
});

async function insert(
  { tx, now }: Publication,
  actor: Actor,
  row: { customerId: string; span: Span; terms: ContractTerms; plan?: string | undefined; note: string },
): Promise<number> {
  const [made] = await tx<{ version: number }[]>`
    insert into ratebook.contract_version (version, customer_id, valid_from, valid_until, terms, plan, note, created_by,
      created_at, revision)
    select coalesce(max(version), 0) + 1, ${row.customerId}, ${row.span.from}, ${row.span.until},
      ${JSON.stringify(row.terms)}::text::jsonb, ${row.plan ?? null}, ${row.note}, ${actorLabel(actor).id}, ${now},
      coalesce(max(revision), 0) + 1
    from ratebook.contract_version returning version`;
  return must(made, "an aggregate without groups gives one row").version;
}
