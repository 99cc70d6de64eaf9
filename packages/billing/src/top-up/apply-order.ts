import { must, type Nanos, nanos } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { paymentPosting } from "@ratebook/db/schema";
import { asc, eq, sql } from "drizzle-orm";
import type { Contra, LedgerOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import type { Posted, PostOutcome } from "../ledger/post-outcome.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import type { OrderRow } from "./order.ts";

/** What the rail's objects say about a settled order's money. */
export type OrderClaims = {
  /** Refunds that are made or on their way, and lost disputes: credits to be gone, spent ones as debt. */
  firmCents: bigint;
  /** Open disputes: what is unspent is set aside until they end. */
  frozenCents: bigint;
};

/** What the order has to remember of what was posted; whoever holds its lock writes it. */
export type Applied = Pick<OrderRow, "creditsTakenNanos" | "bonusTakenNanos" | "steps">;

/** Why what was posted must not stay: `short` would become debt. The transaction is to be rolled back. */
export type ApplyRefusal = { short: Nanos };

/**
 * Posts what a settled order's credits lack to be as the rail says: its grants at first, then what refunds and disputes
 * take back or give again. Always the difference to what was posted before, so it may run any number of times, after any
 * event, in any order, and ends the same.
 *
 * Runs in the transaction that holds the order's row lock; every posting carries the order's next number.
 *
 * @param mayOwe false: refuses where spent credits would become debt, for refunds that nobody agreed to that way
 */
export async function applyOrder(
  tx: Transaction,
  row: OrderRow,
  claims: OrderClaims,
  { now, mayOwe = true }: { now: Date; mayOwe?: boolean },
): Promise<{ applied: Applied; refused: ApplyRefusal | null }> {
  const poster = await orderPoster(tx, row, now);
  await poster.grantOnce("credits", row.creditsNanos);
  await poster.grantOnce("bonus", row.bonusNanos);
  const firm = lesserOf(claims.firmCents, row.amountCents);
  const most = lesserOf(firm + claims.frozenCents, row.amountCents);
  const credits = await poster.take("credits", row.creditsNanos, row.creditsTakenNanos, firm, most);
  const bonus = await poster.take("bonus", row.bonusNanos, row.bonusTakenNanos, firm, most);
  const short = credits.owed + bonus.owed;
  return {
    applied: { creditsTakenNanos: credits.taken, bonusTakenNanos: bonus.taken, steps: poster.steps() },
    refused: !mayOwe && short > 0n ? { short: nanos(short) } : null,
  };
}

type Part = "credits" | "bonus";

/** Posts for one order and remembers what it posted. */
async function orderPoster(tx: Transaction, row: OrderRow, now: Date) {
  const cleared: Contra = row.test ? "clearing:sandbox" : "clearing:stripe";
  const contraOf = (part: Part): Contra => (part === "bonus" ? "promo" : cleared);
  const own = await tx
    .select({ opId: paymentPosting.opId, part: paymentPosting.part, amount: paymentPosting.amountNanos })
    .from(paymentPosting)
    .where(eq(paymentPosting.orderId, row.id))
    .orderBy(asc(paymentPosting.createdAt));
  let steps = row.steps;

  /** Posts one operation under the order's next number; a refusal uses none up. */
  const post = async (
    part: Part,
    amount: bigint,
    op: (id: string, hash: string) => LedgerOp,
  ): Promise<PostOutcome> => {
    const id = opId("payment", `${row.id}:${steps + 1}`);
    const hash = meaningHash({
      operation: "grant",
      customerId: row.customerId,
      terms: `${row.id} ${part} ${amount}`,
    });
    const [outcome] = await postWithin(tx, [op(id, hash)], now);
    const answer = must(outcome, "one operation is answered once");
    if (answer.kind !== "done") return answer;
    steps += 1;
    await tx.insert(paymentPosting).values({
      opId: id,
      orderId: row.id,
      customerId: row.customerId,
      part,
      amountNanos: amount,
      createdAt: now,
    });
    own.push({ opId: id, part, amount });
    return answer;
  };

  /** Grants the order, or gives back what was taken: as `category`, or as what its part is. */
  const give = async (part: Part, amount: bigint, category?: "purchased"): Promise<void> => {
    if (amount <= 0n) return;
    const outcome = await post(part, amount, (id, hash) => ({
      kind: "grant",
      account: row.customerId,
      opId: id,
      meaningHash: hash,
      amount: nanos(amount),
      category: category ?? (part === "bonus" ? "promotional" : "purchased"),
      contra: contraOf(part),
      expiresAt: part === "bonus" ? row.bonusExpiresAt : null,
      source: part === "bonus" ? `Bonus: ${row.title}` : row.title,
    }));
    expectPosted(outcome);
  };

  /** Gives back what was taken. A bonus that was owed repays that debt, which promotional credits never would. */
  const restore = async (part: Part, amount: bigint): Promise<void> => {
    const owed =
      part === "bonus"
        ? await owedBonus(
            tx,
            row,
            own.filter((it) => it.part === "bonus"),
          )
        : 0n;
    const repaying = lesserOf(owed, amount);
    await give(part, repaying, "purchased");
    await give(part, amount - repaying);
  };

  const revoke = (part: Part, grantId: string, amount: bigint, allowDebt: boolean): Promise<PostOutcome> =>
    post(part, -amount, (id, hash) => ({
      kind: "revoke",
      account: row.customerId,
      opId: id,
      meaningHash: hash,
      ref: grantId,
      amount: nanos(amount),
      contra: contraOf(part),
      allowDebt,
    }));

  /** Takes up to `wanted` of the order's own unspent credits, newest grant first, and tells how much that was. */
  const takeUnspent = async (part: Part, wanted: bigint): Promise<bigint> => {
    let left = wanted;
    for (const grant of own.filter((posting) => posting.part === part && posting.amount > 0n).reverse()) {
      if (left === 0n) break;
      const outcome = await revoke(part, grant.opId, left, false);
      if (outcome.kind === "done") return wanted;
      if (outcome.kind !== "insufficient") throw unexpected(outcome);
      if (outcome.available <= 0n) continue;
      expectPosted(await revoke(part, grant.opId, outcome.available, false));
      left -= outcome.available;
    }
    return wanted - left;
  };

  return {
    steps: () => steps,
    grantOnce: async (part: Part, amount: bigint): Promise<void> => {
      if (!own.some((posting) => posting.part === part)) await give(part, amount);
    },
    /** Brings what was taken of `total` to the shares that the claims name. */
    take: async (part: Part, total: bigint, before: bigint, firmCents: bigint, mostCents: bigint) => {
      const firm = (total * firmCents) / row.amountCents;
      const most = (total * mostCents) / row.amountCents;
      if (before > most) {
        await restore(part, before - most);
        return { taken: most, owed: 0n };
      }
      const taken = before + (await takeUnspent(part, most - before));
      if (taken >= firm) return { taken, owed: 0n };
      const first = own.find((posting) => posting.part === part && posting.amount > 0n);
      const { opId: grantId } = must(first, "a settled order has its grants");
      const outcome = expectPosted(await revoke(part, grantId, firm - taken, true));
      return { taken: firm, owed: outcome.debtIncurred };
    },
  };
}

/** What of this order's bonus became debt and was not given back yet. */
async function owedBonus(tx: Transaction, row: OrderRow, own: readonly { opId: string }[]): Promise<bigint> {
  const ids = sql.join(
    own.map(({ opId: id }) => sql`${id}::uuid`),
    sql`, `,
  );
  const [found] = await tx.execute<{ owed: bigint }>(sql`
    select (coalesce((select sum(e.debt_delta) from ratebook.entry e
        where e.ref_id in (${ids}) and e.account_id = ${row.customerId} and e.kind = 'debt_incurred'), 0)
      - coalesce((select sum(g.amount) from ratebook."grant" g
        where g.grant_id in (${ids}) and g.account_id = ${row.customerId} and g.bucket = ratebook.bucket_of(${row.customerId}::uuid)
          and g.category = 'purchased'), 0))::int8 as owed`);
  return found?.owed ?? 0n;
}

function expectPosted(outcome: PostOutcome): Posted {
  if (outcome.kind === "done") return outcome;
  throw unexpected(outcome);
}

/** The order's row is locked and its numbers are its own, so nothing else can have used them. */
const unexpected = (outcome: PostOutcome): Error =>
  new Error(`a purchase could not be posted: ${outcome.kind}`);

const lesserOf = (a: bigint, b: bigint): bigint => (b < a ? b : a);
