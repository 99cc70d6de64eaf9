import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nanos } from "../money/nanos.ts";
import { type BurnableGrant, burnOrder, compareBurnOrder, GRANT_CATEGORIES, planBurn } from "./burn-order.ts";
import { planForfeits } from "./forfeit.ts";
import { planRepayment } from "./repayment.ts";

const at = (second: number) => new Date(second * 1000);
const grant = (grantId: string, remaining: bigint, more: Partial<BurnableGrant> = {}): BurnableGrant => ({
  grantId,
  remaining: nanos(remaining),
  category: "purchased",
  priority: 50,
  expiresAt: null,
  seq: BigInt(grantId.codePointAt(0) ?? 0),
  ...more,
});
const ids = (grants: readonly { grantId: string }[]) => grants.map((g) => g.grantId).join("");

const anyGrants = fc
  .uniqueArray(
    fc.record({
      seq: fc.bigInt({ min: 1n, max: 50n }),
      remaining: fc.bigInt({ min: 0n, max: 100n }).map(nanos),
      category: fc.constantFrom(...GRANT_CATEGORIES),
      priority: fc.constantFrom(10, 50),
      expiresAt: fc.constantFrom(null, at(5), at(10), at(20)),
    }),
    { selector: (g) => g.seq, maxLength: 6 },
  )
  .map((grants) => grants.map((g) => ({ ...g, grantId: `g${g.seq}` })));

describe("burn order", () => {
  test("priority, then expiry, then promotional first, then age; credit lines last whatever their priority", () => {
    const grants = [
      grant("a", 1n, { category: "credit_line", priority: 1, expiresAt: at(1) }),
      grant("b", 1n),
      grant("c", 1n),
      grant("d", 1n, { category: "promotional" }),
      grant("e", 1n, { expiresAt: at(9) }),
      grant("f", 1n, { expiresAt: at(3) }),
      grant("g", 1n, { priority: 10 }),
    ];
    expect(ids(burnOrder(grants))).toBe("gfedbca");
  });

  test("it is a total order", () => {
    fc.assert(
      fc.property(anyGrants, (grants) => {
        const ordered = burnOrder(grants);
        for (const [i, a] of ordered.entries()) {
          for (const [j, b] of ordered.entries()) {
            expect(Math.sign(compareBurnOrder(a, b))).toBe(Math.sign(i - j));
          }
        }
      }),
    );
  });

  test("planBurn empties grants one after the other", () => {
    expect(planBurn([grant("a", 5n), grant("b", 5n, { priority: 1 })], nanos(7n))).toEqual([
      { grantId: "b", amount: 5n },
      { grantId: "a", amount: 2n },
    ]);
    expect(() => planBurn([grant("a", 5n)], nanos(6n))).toThrow("invariant");
  });
});

describe("planForfeits", () => {
  const promo = grant("p", 10n, { category: "promotional", expiresAt: at(10) });
  const bought = grant("q", 100n);

  test("at its instant a grant has expired, the instant before it has not", () => {
    expect(planForfeits([promo], [], nanos(10n), at(9.999))).toEqual([]);
    expect(planForfeits([promo], [], nanos(10n), at(10))).toEqual([{ grantId: "p", amount: 10n }]);
  });

  test("a hold placed before keeps the credits it would burn, though others could pay it", () => {
    // The hold of 7 would burn 7 of the promotional 10; 3 are lost.
    const holds = [{ amount: nanos(7n), placedAt: at(9) }];
    expect(planForfeits([promo, bought], holds, nanos(103n), at(10))).toEqual([{ grantId: "p", amount: 3n }]);
  });

  test("a hold placed at or after the expiry keeps nothing", () => {
    const holds = [{ amount: nanos(7n), placedAt: at(10) }];
    expect(planForfeits([promo, bought], holds, nanos(103n), at(11))).toEqual([
      { grantId: "p", amount: 10n },
    ]);
  });

  test("credits that burn earlier cover the hold first", () => {
    const ahead = grant("r", 5n, { priority: 10 });
    const holds = [{ amount: nanos(7n), placedAt: at(9) }];
    // 5 of the hold are covered by r, 2 by p; 8 are lost.
    expect(planForfeits([promo, ahead], holds, nanos(8n), at(10))).toEqual([{ grantId: "p", amount: 8n }]);
  });

  test("it never takes what is held, and doing it twice takes nothing more", () => {
    const anyHolds = fc.array(
      fc.record({
        amount: fc.bigInt({ min: 0n, max: 60n }).map(nanos),
        placedAt: fc.constantFrom(at(1), at(5), at(12)),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(anyGrants, anyHolds, (grants, holds) => {
        const balance = grants.reduce((sum, g) => sum + g.remaining, 0n);
        const held = holds.reduce((sum, h) => sum + h.amount, 0n);
        fc.pre(held <= balance);
        const forfeits = planForfeits(grants, holds, nanos(balance - held), at(15));
        const lost = new Map(forfeits.map((f) => [f.grantId, f.amount]));
        const total = forfeits.reduce((sum, f) => sum + f.amount, 0n);
        expect(total <= balance - held).toBe(true);
        const left = grants.map((g) => ({
          ...g,
          remaining: nanos(g.remaining - (lost.get(g.grantId) ?? 0n)),
        }));
        for (const g of left) expect(g.remaining >= 0n).toBe(true);
        expect(planForfeits(left, holds, nanos(balance - held - total), at(15))).toEqual([]);
      }),
    );
  });
});

describe("planRepayment", () => {
  const grants = [
    grant("a", 4n, { category: "promotional" }),
    grant("b", 3n),
    grant("c", 9n, { expiresAt: at(10) }),
    grant("d", 2n, { category: "credit_line" }),
  ];

  test("only non-promotional credits that have not expired pay, in burn order", () => {
    expect(planRepayment(nanos(8n), nanos(18n), grants, at(10))).toEqual({
      amount: 5n,
      burned: [
        { grantId: "b", amount: 3n },
        { grantId: "d", amount: 2n },
      ],
    });
  });

  test("it is the least of debt, available and what can pay", () => {
    expect(planRepayment(nanos(1n), nanos(18n), grants, at(1)).amount).toBe(1n);
    expect(planRepayment(nanos(50n), nanos(2n), grants, at(1)).amount).toBe(2n);
    expect(planRepayment(nanos(50n), nanos(50n), grants, at(1)).amount).toBe(14n);
    expect(planRepayment(nanos(0n), nanos(50n), grants, at(1))).toEqual({ amount: 0n, burned: [] });
  });
});
