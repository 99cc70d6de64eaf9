import { type Nanos, ok, type Result, ZERO_NANOS } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readBillingDetails } from "../invoices/billing-details.ts";
import type { PdfNotConfigured } from "../invoices/read-invoices.ts";
import { readSeller } from "../invoices/seller.ts";
import { readStanding } from "../usage/get-balance.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type Position, type Statement, statementLabel } from "./statement.ts";
import { statementCsv } from "./statement-csv.ts";
import { readStatementLines } from "./statement-line.ts";
import { readMonth } from "./statement-month.ts";

export type StatementInput = {
  customer?: string | undefined;
  /** "2026-11", in UTC. */
  month: string;
};

export type StatementError = ResolveCustomerError | InvalidField;

/**
 * What a month did to a customer's credits and debt, added up from the ledger's entries. Opening and closing are what the
 * ledger says before and after them; the lines add up to the difference, to the nano.
 *
 * @returns `validation_error` for a month that is none, or has not begun
 */
export async function getStatement(
  ctx: Ctx,
  actor: Actor,
  input: StatementInput,
): Promise<Result<Statement, StatementError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id } = customer.value;
  const now = ctx.clock();
  const month = readMonth(input.month, now);
  if (!month.ok) return month;
  // What came due is posted first, under the instant it came due at.
  await readStanding(ctx, id);
  const { from, end } = month.value;
  const before = await readPosition(ctx, id, from);
  const after = await readPosition(ctx, id, end);
  const lines = await readStatementLines(ctx.sql, {
    customerId: id,
    afterSeq: before.seq,
    lastSeq: after.seq,
  });
  const { name, address, country, vatId, email } = await readSeller(ctx);
  return ok({
    customerId: id,
    month: month.value.month,
    from,
    to: new Date(Math.min(end.getTime(), now.getTime())),
    complete: end <= now,
    opening: before.position,
    lines: lines.map((line) => ({ ...line, label: statementLabel(line) })),
    closing: after.position,
    seller: { name, address, country, vatId, email },
    customer: await readBillingDetails(ctx.db, id),
  });
}

/** The same as CSV, with the name to save it under. */
export async function exportStatement(
  ctx: Ctx,
  actor: Actor,
  input: StatementInput,
): Promise<Result<{ name: string; csv: string }, StatementError>> {
  const statement = await getStatement(ctx, actor, input);
  if (!statement.ok) return statement;
  return ok({ name: `statement-${statement.value.month}.csv`, csv: statementCsv(statement.value) });
}

/** The same drawn as a PDF, with the name to save it under. */
export async function drawStatement(
  ctx: Ctx,
  actor: Actor,
  input: StatementInput,
): Promise<Result<{ name: string; pdf: Uint8Array }, StatementError | PdfNotConfigured>> {
  const statement = await getStatement(ctx, actor, input);
  if (!statement.ok) return statement;
  const { pdf } = ctx;
  if (pdf === undefined) return { ok: false, error: { kind: "pdf_not_configured" } };
  return ok({ name: `statement-${statement.value.month}.pdf`, pdf: await pdf.statement(statement.value) });
}

/** What the last entry before an instant left; nothing where there was none yet. */
async function readPosition(
  { sql }: Pick<Ctx, "sql">,
  customerId: string,
  before: Date,
): Promise<{ seq: bigint; position: Position }> {
  const [last] = await sql<{ seq: bigint; credits: Nanos; debt: Nanos }[]>`
    select seq, balance_after as credits, debt_after as debt from ratebook.entry
    where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId} and created_at < ${before}
    order by seq desc limit 1`;
  if (last === undefined) return { seq: 0n, position: { credits: ZERO_NANOS, debt: ZERO_NANOS } };
  const { seq, credits, debt } = last;
  return { seq, position: { credits, debt } };
}
