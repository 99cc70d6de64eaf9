import { type Nanos, nanos, negate, ZERO_NANOS } from "../money/nanos.ts";
import { must } from "../result.ts";
import { type BurnableGrant, type Burned, planBurn } from "./burn-order.ts";
import type { ContraAccount, Entry, EntryKind } from "./entry.ts";
import { planForfeits } from "./forfeit.ts";
import type { ReferenceNumbers } from "./reference-op.ts";
import { planRepayment } from "./repayment.ts";

export type ReferenceHold = {
  holdId: string;
  amount: Nanos;
  state: "open" | "expired" | "settled" | "released";
  placedAt: Date;
  expiresAt: Date;
};

export type ReferenceGrant = BurnableGrant & { amount: Nanos };

/** Which grant paid the stretch (from, to] of the wallet's consumption. */
export type Allocation = { from: Nanos; to: Nanos; grantId: string };

/** One wallet of the reference ledger, changed in place by the functions below. */
export type ReferenceWallet = {
  account: string;
  balance: Nanos;
  held: Nanos;
  granted: Nanos;
  /** Taken by debits, settles, negative adjustments and repayment of debt. */
  consumed: Nanos;
  forfeited: Nanos;
  revoked: Nanos;
  debt: Nanos;
  debtCap: Nanos;
  suspendedByOperator: boolean;
  entries: Entry[];
  holds: Map<string, ReferenceHold>;
  grants: Map<string, ReferenceGrant>;
  allocations: Allocation[];
  /** Everything due up to this instant has happened. */
  rolledTo: Date;
};

export type EntryDraft = Pick<Entry, "kind" | "opId" | "ref" | "at"> & {
  contra?: ContraAccount;
  amount?: Nanos;
  heldDelta?: Nanos;
  debtDelta?: Nanos;
  asked?: Nanos;
  late?: boolean;
};

/** What the wallet has, holds and owes. */
export const numbersOf = (wallet: ReferenceWallet): ReferenceNumbers => ({
  balance: wallet.balance,
  held: wallet.held,
  available: availableOf(wallet),
  debt: wallet.debt,
});

/** Balance less held. */
export const availableOf = (wallet: ReferenceWallet): Nanos => nanos(wallet.balance - wallet.held);

/** Appends an entry and moves balance, held sum and debt by it. */
export function append(wallet: ReferenceWallet, draft: EntryDraft): Entry {
  wallet.balance = nanos(wallet.balance + (draft.amount ?? 0n));
  wallet.held = nanos(wallet.held + (draft.heldDelta ?? 0n));
  wallet.debt = nanos(wallet.debt + (draft.debtDelta ?? 0n));
  const entry: Entry = {
    seq: BigInt(wallet.entries.length + 1),
    kind: draft.kind,
    opId: draft.opId,
    ref: draft.ref,
    contra: draft.contra ?? null,
    amount: draft.amount ?? ZERO_NANOS,
    heldDelta: draft.heldDelta ?? ZERO_NANOS,
    debtDelta: draft.debtDelta ?? ZERO_NANOS,
    balanceAfter: wallet.balance,
    heldAfter: wallet.held,
    debtAfter: wallet.debt,
    consumedAfter: wallet.consumed,
    asked: draft.asked ?? ZERO_NANOS,
    late: draft.late ?? false,
    at: draft.at,
  };
  wallet.entries.push(entry);
  return entry;
}

/** Takes credits from grants in burn order and attributes the consumption at once; the caller appends the entry. */
export function consume(wallet: ReferenceWallet, amount: Nanos): void {
  attribute(wallet, planBurn(wallet.grants.values(), amount));
}

/**
 * Makes everything happen that is due up to `now`, instant by instant.
 *
 * At each instant: the holds due then expire, older ones first; then expired grants forfeit what no hold covers, in
 * burn order; then, when a hold expired, debt is repaid. Rolling to one instant and then to a later one is the same
 * as rolling to the later one.
 */
export function roll(wallet: ReferenceWallet, now: Date): void {
  for (;;) {
    const at = nextDue(wallet, now);
    if (at === null) break;
    const lastExpired = expireHolds(wallet, at);
    forfeitExpired(wallet, at);
    if (lastExpired !== null) repayDebt(wallet, at, lastExpired);
    wallet.rolledTo = at;
  }
  wallet.rolledTo = now;
}

/** Forfeits what expired grants keep beyond what holds cover; an entry per grant, in burn order. */
export function forfeitExpired(wallet: ReferenceWallet, at: Date): void {
  const holds = [...wallet.holds.values()].filter((hold) => hold.state === "open");
  for (const { grantId, amount } of planForfeits(wallet.grants.values(), holds, availableOf(wallet), at)) {
    takeFrom(wallet, grantId, amount);
    wallet.forfeited = nanos(wallet.forfeited + amount);
    const lost = negate(amount);
    append(wallet, { kind: "forfeit", opId: null, ref: grantId, contra: "breakage", amount: lost, at });
  }
}

/** Repays debt from free non-promotional credits; `cause` is the operation or hold that added or freed them. */
export function repayDebt(wallet: ReferenceWallet, at: Date, cause: string): Nanos {
  const { amount, burned } = planRepayment(wallet.debt, availableOf(wallet), wallet.grants.values(), at);
  if (amount === ZERO_NANOS) return ZERO_NANOS;
  attribute(wallet, burned);
  const paid = negate(amount);
  const kind: EntryKind = "debt_repaid";
  append(wallet, {
    kind,
    opId: null,
    ref: cause,
    contra: "receivable:customers",
    amount: paid,
    debtDelta: paid,
    at,
  });
  return amount;
}

/** Lowers what is left of a grant; throws where it has less. */
export function takeFrom(wallet: ReferenceWallet, grantId: string, amount: Nanos): void {
  const grant = must(wallet.grants.get(grantId), "a burned grant is the wallet's");
  must(grant.remaining >= amount || null, "a grant gives no more than it has");
  grant.remaining = nanos(grant.remaining - amount);
}

function attribute(wallet: ReferenceWallet, burned: readonly Burned[]): void {
  for (const { grantId, amount } of burned) {
    takeFrom(wallet, grantId, amount);
    const from = wallet.consumed;
    wallet.consumed = nanos(from + amount);
    wallet.allocations.push({ from, to: wallet.consumed, grantId });
  }
}

/** Expires the holds due at an instant; the id of the last one, or null. */
function expireHolds(wallet: ReferenceWallet, at: Date): string | null {
  let last: string | null = null;
  // A map keeps the order of insertion, which is the order the holds were placed in.
  for (const hold of wallet.holds.values()) {
    if (hold.state !== "open" || hold.expiresAt > at) continue;
    hold.state = "expired";
    const heldDelta = negate(hold.amount);
    append(wallet, { kind: "hold_expired", opId: null, ref: hold.holdId, heldDelta, asked: hold.amount, at });
    last = hold.holdId;
  }
  return last;
}

/** The earliest instant after the last roll, up to `now`, at which a hold or a grant expires. */
function nextDue(wallet: ReferenceWallet, now: Date): Date | null {
  let earliest: Date | null = null;
  const consider = (at: Date | null): void => {
    if (at === null || at <= wallet.rolledTo || at > now) return;
    if (earliest === null || at < earliest) earliest = at;
  };
  for (const hold of wallet.holds.values()) if (hold.state === "open") consider(hold.expiresAt);
  for (const grant of wallet.grants.values()) if (grant.remaining > 0n) consider(grant.expiresAt);
  return earliest;
}
