import { lesser, type Nanos, nanos, negate, ZERO_NANOS } from "../money/nanos.ts";
import type { GrantCategory } from "./burn-order.ts";
import type { ContraAccount, Entry, EntryKind } from "./entry.ts";
import type { ReferenceNumbers, ReferenceOp, ReferencePosted, ReferenceRefusal } from "./reference-op.ts";
import {
  append,
  availableOf,
  consume,
  numbersOf,
  type ReferenceHold,
  type ReferenceWallet,
  takeFrom,
} from "./reference-wallet.ts";

/** The first answer to an operation, and what tells a replay from a conflict. */
export type Done = {
  kind: EntryKind;
  ref: string | null;
  meaningHash: string;
  asked: Nanos;
  posted: ReferencePosted;
};

/** A wallet, what was done to it, and what each grant gives back of which cost, less what was revoked of it since. */
export type Book = {
  wallet: ReferenceWallet;
  done: Map<string, Done>;
  given: Map<string, { ref: string; amount: Nanos }>;
};

/** What is given back of a cost. */
export const givenBack = ({ given }: Book, ref: string): Nanos =>
  nanos([...given.values()].reduce((sum, it) => (it.ref === ref ? sum + it.amount : sum), 0n));

/** The entry an operation makes and what follows from it, or why it is refused. */
export type Attempt =
  | { entry: Entry; debtIncurred?: Nanos; repays: boolean; expiresAt?: Date }
  | ReferenceRefusal;

type OpOf<K extends ReferenceOp["kind"]> = Extract<ReferenceOp, { kind: K }>;

/** What one operation does to a wallet by the ledger's rules, before debt is repaid and the answer is kept. */
export function attempt(book: Book, op: ReferenceOp, now: Date): Attempt {
  const { wallet } = book;
  switch (op.kind) {
    case "debit":
      return debit(wallet, op, now);
    case "hold":
      return hold(wallet, op, now);
    case "settle":
      return settle(wallet, op, now);
    case "release":
      return release(wallet, op, now);
    case "extend":
      return extend(wallet, op, now);
    case "parked":
      return { entry: append(wallet, { kind: "parked", opId: op.opId, ref: null, at: now }), repays: false };
    case "grant":
      return grant(book, op, now);
    case "revoke":
      return revoke(book, op, now);
    case "adjustment":
      return adjust(wallet, op, now);
  }
}

function debit(wallet: ReferenceWallet, op: OpOf<"debit">, now: Date): Attempt {
  if (op.mode === "gate") {
    const refusal = suspension(wallet) ?? shortage(wallet, op.amount);
    if (refusal !== null) return refusal;
  }
  return take(wallet, op, now, { ref: op.ref ?? null, heldDelta: ZERO_NANOS, late: false });
}

function hold(wallet: ReferenceWallet, op: OpOf<"hold">, now: Date): Attempt {
  const indebted: ReferenceRefusal | null =
    wallet.debt > 0n ? { kind: "debt_outstanding", ...numbersOf(wallet) } : null;
  const refusal = suspension(wallet) ?? indebted ?? shortage(wallet, op.amount);
  if (refusal !== null) return refusal;
  const expiresAt = later(now, op.ttlSeconds);
  wallet.holds.set(op.opId, { holdId: op.opId, amount: op.amount, state: "open", placedAt: now, expiresAt });
  const entry = append(wallet, {
    kind: "hold",
    opId: op.opId,
    ref: null,
    heldDelta: op.amount,
    asked: op.amount,
    at: now,
  });
  return { entry, repays: false, expiresAt };
}

function settle(wallet: ReferenceWallet, op: OpOf<"settle">, now: Date): Attempt {
  const found = resolvable(wallet, op.ref, now);
  if ("kind" in found) return found;
  const late = found.state === "expired";
  found.state = "settled";
  const heldDelta = late ? ZERO_NANOS : negate(found.amount);
  const taken = take(wallet, op, now, { ref: op.ref, heldDelta, late });
  return { ...taken, repays: !late };
}

function release(wallet: ReferenceWallet, op: OpOf<"release">, now: Date): Attempt {
  const found = resolvable(wallet, op.ref, now);
  if ("kind" in found) return found;
  const late = found.state === "expired";
  found.state = "released";
  const heldDelta = late ? ZERO_NANOS : negate(found.amount);
  const entry = append(wallet, { kind: "release", opId: op.opId, ref: op.ref, heldDelta, late, at: now });
  return { entry, repays: !late };
}

function extend(wallet: ReferenceWallet, op: OpOf<"extend">, now: Date): Attempt {
  const found = wallet.holds.get(op.ref);
  if (found?.state !== "open")
    return { kind: "hold_not_open", holdId: op.ref, state: found?.state ?? "unknown" };
  const latest = later(found.placedAt, LONGEST_HOLD_SECONDS);
  const wanted = later(now, op.ttlSeconds);
  const reachable = earlier(wanted, latest);
  if (reachable > found.expiresAt) found.expiresAt = reachable;
  const entry = append(wallet, { kind: "extend", opId: op.opId, ref: op.ref, at: now });
  return { entry, repays: false, expiresAt: found.expiresAt };
}

function grant(book: Book, op: OpOf<"grant">, now: Date): Attempt {
  if (op.ref !== undefined) {
    const original = book.done.get(op.ref);
    if (original === undefined || !COSTS.has(original.kind)) return { kind: "ref_not_found", ref: op.ref };
    const remaining = nanos(original.asked - givenBack(book, op.ref));
    if (op.amount > remaining) return { kind: "exceeds_original", ref: op.ref, remaining };
    book.given.set(op.opId, { ref: op.ref, amount: op.amount });
  }
  const priority = op.priority ?? (op.category === "credit_line" ? 100 : 50);
  return credit(book.wallet, op, now, {
    ...op,
    ref: op.ref ?? null,
    priority,
    expiresAt: op.expiresAt ?? null,
  });
}

function revoke({ wallet, given }: Book, op: OpOf<"revoke">, now: Date): Attempt {
  const found = wallet.grants.get(op.ref);
  if (found === undefined) return { kind: "ref_not_found", ref: op.ref };
  const free = lesser(found.remaining, availableOf(wallet));
  const amount = lesser(op.amount, free);
  if (amount < op.amount && !op.allowDebt) {
    return { kind: "insufficient", ...numbersOf(wallet), available: free, required: op.amount };
  }
  const gives = given.get(op.ref);
  if (gives !== undefined) gives.amount = nanos(gives.amount - lesser(gives.amount, op.amount));
  takeFrom(wallet, op.ref, amount);
  wallet.revoked = nanos(wallet.revoked + amount);
  const { opId, ref, contra } = op;
  const entry = append(wallet, {
    kind: "revoke",
    opId,
    ref,
    contra,
    amount: negate(amount),
    asked: op.amount,
    at: now,
  });
  return {
    entry,
    debtIncurred: incur(wallet, op.opId, contra, nanos(op.amount - amount), now),
    repays: true,
  };
}

function adjust(wallet: ReferenceWallet, op: OpOf<"adjustment">, now: Date): Attempt {
  if (op.amount > 0n) {
    const category = op.category ?? "purchased";
    return credit(wallet, op, now, { ...op, category, ref: null, priority: 50, expiresAt: null });
  }
  const amount = negate(op.amount);
  const short = shortage(wallet, amount);
  if (short !== null) return short;
  return take(wallet, { ...op, amount }, now, { ref: null, heldDelta: ZERO_NANOS, late: false });
}

/** Adds a grant. Non-promotional ones repay debt. */
function credit(
  wallet: ReferenceWallet,
  op: { kind: "grant" | "adjustment"; opId: string; amount: Nanos; contra: ContraAccount },
  now: Date,
  terms: { category: GrantCategory; priority: number; expiresAt: Date | null; ref: string | null },
): Attempt {
  const { category, priority, expiresAt, ref } = terms;
  const { kind, opId, amount, contra } = op;
  wallet.granted = nanos(wallet.granted + amount);
  const entry = append(wallet, { kind, opId, ref, contra, amount, asked: amount, at: now });
  const seq = entry.seq;
  wallet.grants.set(opId, { grantId: opId, amount, remaining: amount, category, priority, expiresAt, seq });
  return { entry, repays: category !== "promotional" };
}

/** Takes what is there after `heldDelta` frees a hold; the rest becomes debt. */
function take(
  wallet: ReferenceWallet,
  op: { kind: "debit" | "settle" | "adjustment"; opId: string; amount: Nanos; contra?: ContraAccount },
  now: Date,
  about: { ref: string | null; heldDelta: Nanos; late: boolean },
): { entry: Entry; debtIncurred: Nanos; repays: boolean } {
  const contra = op.contra ?? "revenue:usage";
  const taken = lesser(op.amount, nanos(availableOf(wallet) - about.heldDelta));
  consume(wallet, taken);
  const { kind, opId } = op;
  const entry = append(wallet, {
    ...about,
    kind,
    opId,
    contra,
    amount: negate(taken),
    asked: op.amount,
    at: now,
  });
  return { entry, debtIncurred: incur(wallet, opId, contra, nanos(op.amount - taken), now), repays: false };
}

/** Posts what could not be taken as debt. The other side is what the operation paid for. */
function incur(wallet: ReferenceWallet, ref: string, contra: ContraAccount, debt: Nanos, at: Date): Nanos {
  if (debt > 0n)
    append(wallet, { kind: "debt_incurred", opId: null, ref, contra, debtDelta: debt, asked: debt, at });
  return debt;
}

/** The hold, if it may still be settled or released: open, or expired less than 7 days ago. */
function resolvable(wallet: ReferenceWallet, holdId: string, now: Date): ReferenceHold | ReferenceRefusal {
  const found = wallet.holds.get(holdId);
  if (found === undefined) return { kind: "hold_not_open", holdId, state: "unknown" };
  if (found.state === "open") return found;
  const open = found.state === "expired" && now < later(found.expiresAt, LATE_SETTLE_SECONDS);
  return open ? found : { kind: "hold_not_open", holdId, state: found.state };
}

function suspension(wallet: ReferenceWallet): ReferenceRefusal | null {
  if (wallet.suspendedByOperator) return { kind: "suspended", because: "operator", ...numbersOf(wallet) };
  return wallet.debt > wallet.debtCap ? { kind: "suspended", because: "debt", ...numbersOf(wallet) } : null;
}

function shortage(wallet: ReferenceWallet, required: Nanos): ReferenceRefusal | null {
  const numbers: ReferenceNumbers = numbersOf(wallet);
  return numbers.available < required ? { kind: "insufficient", required, ...numbers } : null;
}

/** The operation another one names: a hold, a grant or a cost. */
export const refOf = (op: ReferenceOp): string | null => ("ref" in op ? (op.ref ?? null) : null);
const earlier = (a: Date, b: Date): Date => (b < a ? b : a);
const later = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000);

const COSTS: ReadonlySet<string> = new Set(["debit", "settle"]);
const LONGEST_HOLD_SECONDS = 86_400;
const LATE_SETTLE_SECONDS = 7 * 86_400;
