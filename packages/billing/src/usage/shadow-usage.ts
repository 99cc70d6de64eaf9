import { err, must, ok, type Result, type Unrated, ZERO_NANOS } from "@ratebook/core";
import { openVolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import { readWallets } from "../ledger/read-wallets.ts";
import { keyText } from "./find-earlier.ts";
import { type PricedUsage, priceUsage } from "./price-draft.ts";
import type { RecordedUsage } from "./recorded-usage.ts";
import { refusalOf } from "./refusal.ts";
import { debitLine, readLines } from "./stored-line.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { RecordUsageError } from "./usage-error.ts";
import { poolsJson } from "./usage-op.ts";

/**
 * Rates events and keeps the result for comparison; no money moves, no quote or hold is used up.
 *
 * Once per customer and key: a repeat gives the first result, another meaning under the key is a conflict. Shadow keys
 * and the keys of real events do not meet.
 */
export async function recordShadow(
  ctx: Ctx,
  drafts: readonly UsageDraft[],
): Promise<Result<RecordedUsage, RecordUsageError>[]> {
  if (drafts.length === 0) return [];
  const book = await openVolumeBook(
    ctx,
    drafts.map(({ customerId, pricedAt }) => ({ customerId, at: pricedAt })),
  );
  const rows: { draft: UsageDraft; price: Result<PricedUsage, Unrated> }[] = [];
  for (const draft of drafts) {
    if (draft.refusal !== null || draft.offering === null) continue;
    const { customerId, offering, pools, dimensions, billing, pricedAt: at, pinned } = draft;
    rows.push({
      draft,
      price: await priceUsage(ctx, { customerId, book, offering, pools, dimensions, billing, at, pinned }),
    });
  }
  const kept = await keep(ctx, rows);
  const wallets = await readWallets(ctx, [...new Set(drafts.map(({ customerId }) => customerId))]);
  return drafts.map((draft) => {
    if (draft.refusal !== null) return err(draft.refusal);
    const row = must(kept.get(keyText(draft)), "every shadow event is kept");
    if (row.meaning !== draft.meaning) {
      return err(refusalOf(ctx, { kind: "conflict", opId: draft.opId }, draft.customerId));
    }
    const wallet = wallets.get(draft.customerId);
    return ok({
      id: draft.opId,
      status: "shadow",
      reason: row.reason,
      detail: null,
      amount: row.amount ?? ZERO_NANOS,
      debtIncurred: ZERO_NANOS,
      debt: wallet?.debt ?? ZERO_NANOS,
      late: false,
      balance: wallet?.balance ?? ZERO_NANOS,
      available: wallet?.available ?? ZERO_NANOS,
      lines: readLines(row.receipt.lines).map(debitLine),
      catalogueVersion: row.receipt.catalogueVersion,
      policyVersion: row.receipt.policyVersion,
    });
  });
}

type Kept = {
  customerId: string;
  opId: string;
  meaning: string;
  amount: RecordedUsage["amount"] | null;
  reason: Unrated["reason"] | null;
  receipt: { lines: unknown; catalogueVersion: number | null; policyVersion: number | null };
};

async function keep(
  { sql, clock }: Ctx,
  rows: readonly { draft: UsageDraft; price: Result<PricedUsage, Unrated> }[],
): Promise<Map<string, Kept>> {
  if (rows.length === 0) return new Map();
  const now = clock();
  const values = rows.map(({ draft, price }) => ({
    customer_id: draft.customerId,
    op_id: draft.opId,
    meaning_hash: draft.meaning,
    offering: draft.offering,
    amount: price.ok ? price.value.total.toString() : null,
    platform_amount: draft.platformAmount?.toString() ?? null,
    unrated_reason: price.ok ? null : price.error.reason,
    receipt: {
      pools: poolsJson(draft.pools),
      dimensions: draft.dimensions,
      billing: draft.billing,
      lines: price.ok ? price.value.lines : [],
      listCost: price.ok ? price.value.listCost.toString() : null,
      catalogueVersion: price.ok ? price.value.catalogueVersion : null,
      policyVersion: price.ok ? price.value.policyVersion : null,
      contract: price.ok ? price.value.contract : null,
      metadata: draft.metadata,
    },
    occurred_at: draft.occurredAt,
    created_at: now,
  }));
  await sql`
    insert into ratebook.shadow_event
    select * from jsonb_populate_recordset(null::ratebook.shadow_event, ${JSON.stringify(values)}::text::jsonb)
    on conflict (customer_id, op_id) do nothing`;
  const kept = await sql<Kept[]>`
    select s.customer_id as "customerId", s.op_id as "opId", s.meaning_hash as meaning, s.amount,
      s.unrated_reason as reason, s.receipt
    from unnest(${rows.map(({ draft }) => draft.customerId)}::uuid[], ${rows.map(({ draft }) => draft.opId)}::uuid[])
      as k(customer_id, op_id)
    join ratebook.shadow_event s on s.customer_id = k.customer_id and s.op_id = k.op_id`;
  return new Map(kept.map((row) => [keyText(row), row]));
}
