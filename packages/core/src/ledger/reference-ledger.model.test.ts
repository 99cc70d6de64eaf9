import fc from "fast-check";
import { expect, test } from "vitest";
import { nanos } from "../money/nanos.ts";
import { GRANT_CATEGORIES } from "./burn-order.ts";
import { walletViolations } from "./invariants.ts";
import { createReferenceLedger, type ReferenceLedger } from "./reference-ledger.ts";
import type { ReferenceOp, ReferenceOutcome } from "./reference-op.ts";

const account = "acme";
const START = 1_000_000;
const at = (second: number) => new Date((START + second) * 1000);

const amount = fc.bigInt({ min: 0n, max: 40n }).map(nanos);
const ref = fc.nat({ max: 11 }).map((n) => `o${n}`);
const body = fc.oneof(
  fc.record({
    kind: fc.constant("debit" as const),
    amount,
    mode: fc.constantFrom("gate" as const, "record" as const),
  }),
  fc.record({ kind: fc.constant("hold" as const), amount, ttlSeconds: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant("settle" as const), ref, amount }),
  fc.record({ kind: fc.constant("release" as const), ref }),
  fc.record({ kind: fc.constant("extend" as const), ref, ttlSeconds: fc.integer({ min: 1, max: 30 }) }),
  fc.record({
    kind: fc.constant("grant" as const),
    amount: fc.bigInt({ min: 1n, max: 60n }).map(nanos),
    category: fc.constantFrom(...GRANT_CATEGORIES),
    contra: fc.constant("promo" as const),
    priority: fc.constantFrom(10, 50),
    expiresAt: fc.option(fc.integer({ min: 0, max: 60 }).map(at)),
  }),
  fc.record({
    kind: fc.constant("revoke" as const),
    ref,
    amount,
    contra: fc.constant("refunds" as const),
    allowDebt: fc.boolean(),
  }),
);
const step = fc.record({ body, opId: fc.nat({ max: 11 }), wait: fc.nat({ max: 5 }) });
const steps = fc.array(step, { maxLength: 40 });

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Look = (ledger: ReferenceLedger, second: number, outcome: ReferenceOutcome) => void;

/** Runs the steps, calling `pass` with the clock at every second that goes by and `look` after each operation. */
function run(
  list: readonly Step[],
  look: Look = () => {},
  pass: (ledger: ReferenceLedger, now: Date) => void = () => {},
) {
  const ledger = createReferenceLedger();
  ledger.open(account, { debtCap: nanos(50n) });
  let second = 0;
  for (const { body: wanted, opId, wait } of list) {
    for (const until = second + wait; second < until; second++) pass(ledger, at(second));
    const op: ReferenceOp = {
      ...wanted,
      account,
      opId: `o${opId}`,
      meaningHash: JSON.stringify(wanted, text),
    };
    look(ledger, second, ledger.post(op, at(second)));
  }
  return ledger.wallet(account, at(second + 100));
}
const text = (_key: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);

test("the books balance after every operation, and no debt stays beside credits an operation freed or added", () => {
  fc.assert(
    fc.property(steps, (list) => {
      run(list, (ledger, second, outcome) => {
        const now = at(second);
        const wallet = ledger.wallet(account, now);
        expect(walletViolations(wallet, now)).toEqual([]);
        if (outcome.kind !== "done" || outcome.entryKind === "debit" || outcome.entryKind === "hold") return;
        const triggers = ["release", "settle", "revoke"].includes(outcome.entryKind) && !outcome.late;
        if (!triggers) return;
        const payable = [...wallet.grants.values()]
          .filter(
            (grant) =>
              grant.category !== "promotional" && (grant.expiresAt === null || grant.expiresAt > now),
          )
          .reduce((sum, grant) => sum + grant.remaining, 0n);
        const idle = wallet.debt === 0n || payable === 0n || wallet.balance === wallet.held;
        expect(idle).toBe(true);
      });
    }),
    { numRuns: 400 },
  );
});

test("rolling a wallet at every second is the same as rolling it when it is next used", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const lazy = run(list);
      const eager = run(list, undefined, (ledger, now) => ledger.wallet(account, now));
      expect(eager.entries).toEqual(lazy.entries);
    }),
  );
});

test("usage is what was taken and what became debt: consumption = usage − debt incurred + debt repaid", () => {
  fc.assert(
    fc.property(steps, (list) => {
      let used = 0n;
      const wallet = run(list, (_ledger, _second, outcome) => {
        if (outcome.kind !== "done") return;
        if (outcome.entryKind === "debit" || outcome.entryKind === "settle") used += outcome.amountTaken;
      });
      const repaid = wallet.entries.filter((entry) => entry.kind === "debt_repaid");
      expect(wallet.consumed).toBe(used - repaid.reduce((sum, entry) => sum + entry.amount, 0n));
      for (const entry of wallet.entries.filter((e) => e.kind === "debit" || e.kind === "settle")) {
        const owed = wallet.entries.find((e) => e.kind === "debt_incurred" && e.ref === entry.opId);
        expect((owed?.debtDelta ?? 0n) - entry.amount).toBe(entry.asked);
      }
    }),
  );
});

test("posting every operation twice changes nothing", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const once = run(list);
      const twice = run(list.flatMap((one) => [one, { ...one, wait: 0 }]));
      expect(twice.entries).toEqual(once.entries);
    }),
  );
});
