import { type Nanos, nanos, negate, ZERO_NANOS } from "../money/nanos.ts";
import { must } from "../result.ts";
import { attempt, type Book, type Done, givenBack, refOf } from "./reference-attempt.ts";
import type { ReferenceOp, ReferenceOutcome, ReferencePosted } from "./reference-op.ts";
import { forfeitExpired, numbersOf, type ReferenceWallet, repayDebt, roll } from "./reference-wallet.ts";

/** Wallets in memory, with the same rules as the real ledger and nothing else. */
export type ReferenceLedger = {
  /** Opens an empty wallet; opening it again changes nothing. The debt cap is 10 USD unless named. */
  open(account: string, options?: { debtCap?: Nanos }): void;
  /** Suspends a wallet by hand, or lifts that. */
  setSuspended(account: string, suspended: boolean): void;
  /** Posts one operation at `now`, after everything that was due by then. */
  post(op: ReferenceOp, now: Date): ReferenceOutcome;
  /** The wallet with everything due by `now` done. Throws when it was never opened. Not to be changed. */
  wallet(account: string, now: Date): Readonly<ReferenceWallet>;
};

/**
 * A complete ledger in memory that the real one is compared with in model-based tests. Time is a parameter and
 * must not run backwards. It attributes consumption to grants eagerly. The README beside it lists the rules.
 */
export function createReferenceLedger(): ReferenceLedger {
  const wallets = new Map<string, Book>();
  const bookOf = (account: string): Book => must(wallets.get(account), `wallet ${account} was opened`);
  return {
    open(account, options) {
      if (!wallets.has(account)) wallets.set(account, emptyBook(account, options?.debtCap ?? DEBT_CAP));
    },
    setSuspended(account, suspended) {
      bookOf(account).wallet.suspendedByOperator = suspended;
    },
    post(op, now) {
      const book = wallets.get(op.account);
      if (book === undefined) return { kind: "no_account", opId: op.opId };
      const outcome = postTo(book, op, now);
      return { ...outcome, opId: op.opId };
    },
    wallet(account, now) {
      const { wallet } = bookOf(account);
      rollTo(wallet, now);
      return wallet;
    },
  };
}

function postTo(book: Book, op: ReferenceOp, now: Date): ReferenceOutcome {
  const { wallet } = book;
  rollTo(wallet, now);
  const first = book.done.get(op.opId);
  if (first !== undefined) return { ...replay(book, first, op), opId: op.opId };

  const tried = attempt(book, op, now);
  if ("kind" in tried) return { ...tried, opId: op.opId };

  const { entry } = tried;
  forfeitExpired(wallet, now);
  const debtRepaid = tried.repays ? repayDebt(wallet, now, op.opId) : ZERO_NANOS;
  const posted: ReferencePosted = {
    ...numbersOf(wallet),
    opId: op.opId,
    entryKind: entry.kind,
    seq: entry.seq,
    amountTaken: negate(entry.amount),
    debtIncurred: tried.debtIncurred ?? ZERO_NANOS,
    debtRepaid,
    late: entry.late,
    expiresAt: tried.expiresAt ?? null,
    createdAt: now,
  };
  book.done.set(op.opId, {
    kind: entry.kind,
    ref: refOf(op),
    meaningHash: op.meaningHash,
    asked: entry.asked,
    posted,
  });
  return { ...posted, kind: "done" };
}

function replay(book: Book, earlier: Done, op: ReferenceOp): ReferenceOutcome {
  const kinds = [earlier.kind, op.kind];
  // Usage that could not be priced at first and can be now, or the reverse, is the same usage.
  const parkedUsage = kinds.includes("parked") && kinds.every((kind) => PARKABLE.has(kind));
  const same = parkedUsage || (earlier.kind === op.kind && earlier.ref === refOf(op));
  if (!same || earlier.meaningHash !== op.meaningHash) return { kind: "conflict", opId: op.opId };
  const given = givenBack(book, op.opId);
  if (given > 0n && given === earlier.asked) return { kind: "reversed", opId: op.opId };
  return { ...earlier.posted, kind: "replayed" };
}

function rollTo(wallet: ReferenceWallet, now: Date): void {
  if (now < wallet.rolledTo) throw new RangeError("a ledger's time does not run backwards");
  roll(wallet, now);
}

const emptyBook = (account: string, debtCap: Nanos): Book => ({
  wallet: {
    account,
    balance: ZERO_NANOS,
    held: ZERO_NANOS,
    granted: ZERO_NANOS,
    consumed: ZERO_NANOS,
    forfeited: ZERO_NANOS,
    revoked: ZERO_NANOS,
    debt: ZERO_NANOS,
    debtCap,
    suspendedByOperator: false,
    entries: [],
    holds: new Map(),
    grants: new Map(),
    allocations: [],
    rolledTo: new Date(0),
  },
  done: new Map(),
  given: new Map(),
});

const PARKABLE: ReadonlySet<string> = new Set(["debit", "settle", "parked"]);
const DEBT_CAP = nanos(10_000_000_000n);
