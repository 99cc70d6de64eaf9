import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type Proposal, proposalColumns } from "./list-proposals.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";
import { readExcerpt, type SnapshotExcerpt } from "./snapshot-excerpt.ts";
import type { CatalogueVersion } from "./versions.ts";

/** One stored rate with everything that led to it and what was billed by it. */
export type RateDetail = {
  rate: StoredRate;
  /** The document around the price, text only; null where it is not stored. */
  excerpt: SnapshotExcerpt | null;
  /** The version that brought it, with the run that read it. */
  opened: CatalogueVersion | null;
  /** The decision that let it in, where the guard had held it. */
  proposal: Proposal | null;
  /** Every rate of the same price point, the newest first; at most 100. */
  timeline: StoredRate[];
  /** The latest usage it priced, at most 50. */
  debits: {
    id: string;
    customerId: string;
    customerName: string;
    /** Of the whole event, in nanos. */
    amount: bigint;
    occurredAt: Date;
  }[];
  /** Since when usage was searched. */
  debitsSince: Date;
};

/** A rate, where it comes from, who let it in and what it billed in its last 30 days; for operators. */
export async function getRate(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { rateId }: { rateId: string },
): Promise<Result<RateDetail, CatalogAccessDenied | { kind: "rate_not_found"; rateId: string }>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const [rate] = await sql<
    StoredRate[]
  >`select ${rateColumns(sql)} from ratebook.rate where rate_id = ${rateId}`;
  if (!rate) return err({ kind: "rate_not_found", rateId });
  const { offering, meter, source, sha256, where, openedVersion, openedAt } = rate;
  const until = rate.closedAt ?? ctx.clock();
  const debitsSince = new Date(Math.max(openedAt.getTime(), until.getTime() - DEBITS_WINDOW_MS));
  const near = [offering.slice(offering.indexOf("/") + 1), rate.usd];
  const [excerpt, [opened], [proposal], timeline, debits] = await Promise.all([
    readExcerpt(sql, { source, sha256, where, near }),
    sql<CatalogueVersion[]>`
      select version, active_from as "activeFrom", source, run_id as "runId", added, changed, closed, note
      from ratebook.catalogue_version where version = ${openedVersion}`,
    sql<Proposal[]>`
      select ${proposalColumns(sql)} from ratebook.proposal
      where version = ${openedVersion} and offering = ${offering} and meter = ${meter}
        and condition_key = (select condition_key from ratebook.rate where rate_id = ${rateId}) limit 1`,
    sql<StoredRate[]>`
      select ${rateColumns(sql)} from ratebook.rate where offering = ${offering} and meter = ${meter}
        and condition_key = (select condition_key from ratebook.rate where rate_id = ${rateId})
      order by opened_version desc limit 100`,
    // Usage may be taken in some time after the price it happened under was closed.
    sql<RateDetail["debits"]>`
      select u.op_id as id, u.account_id as "customerId", c.name as "customerName", u.amount,
        u.occurred_at as "occurredAt"
      from ratebook.usage_event u join ratebook.customer c on c.id = u.account_id
      where u.offering = ${offering} and u.created_at >= ${debitsSince}
        and u.created_at < ${new Date(until.getTime() + LATE_MS)} and u.lines::text like ${`%${rateId}%`}
      order by u.created_at desc limit 50`,
  ]);
  return ok({
    rate,
    excerpt,
    opened: opened ?? null,
    proposal: proposal ?? null,
    timeline: [...timeline],
    debits: [...debits],
    debitsSince,
  });
}

const DEBITS_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
const LATE_MS = 24 * 60 * 60 * 1000;
