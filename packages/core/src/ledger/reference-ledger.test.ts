import { beforeEach, describe, expect, test } from "vitest";
import { type Nanos, nanos } from "../money/nanos.ts";
import type { ContraAccount } from "./entry.ts";
import { walletViolations } from "./invariants.ts";
import { createReferenceLedger, type ReferenceLedger } from "./reference-ledger.ts";
import type { ReferenceOp } from "./reference-op.ts";

const account = "acme";
const at = (second: number) => new Date(second * 1000);
const DAY = 86_400;

let ledger: ReferenceLedger;
let next: number;
beforeEach(() => {
  ledger = createReferenceLedger();
  ledger.open(account);
  next = 0;
});

const base = (opId = `op${next++}`) => ({ account, opId, meaningHash: "m" });
const post = (op: ReferenceOp, second: number) => {
  const outcome = ledger.post(op, at(second));
  expect(walletViolations(ledger.wallet(account, at(second)), at(second))).toEqual([]);
  return outcome;
};
const contra: ContraAccount = "clearing:sandbox";
const buy = (amount: bigint, second: number, expires: number | null = null) =>
  post(
    {
      ...base(),
      kind: "grant",
      amount: nanos(amount),
      category: "purchased",
      contra,
      expiresAt: expires === null ? null : at(expires),
    },
    second,
  );
const give = (amount: bigint, second: number, expires: number | null = null) =>
  post(
    {
      ...base(),
      kind: "grant",
      amount: nanos(amount),
      category: "promotional",
      contra: "promo",
      expiresAt: expires === null ? null : at(expires),
    },
    second,
  );
const debit = (amount: bigint, second: number, mode: "gate" | "record" = "record", opId?: string) =>
  post({ ...base(opId), kind: "debit", amount: nanos(amount), mode }, second);
const hold = (opId: string, amount: bigint, second: number, ttlSeconds = 900) =>
  post({ ...base(opId), kind: "hold", amount: nanos(amount), ttlSeconds }, second);
const settle = (ref: string, amount: bigint, second: number, opId?: string) =>
  post({ ...base(opId), kind: "settle", ref, amount: nanos(amount) }, second);
const release = (ref: string, second: number) => post({ ...base(), kind: "release", ref }, second);
const wallet = (second: number) => ledger.wallet(account, at(second));
const log = (second: number) =>
  wallet(second).entries.map((e) => `${e.kind} ${e.amount}/${e.heldDelta}/${e.debtDelta}`);
const left = (second: number): Nanos[] => [...wallet(second).grants.values()].map((g) => g.remaining);

describe("gate and record", () => {
  test("a gated debit is refused when available is short, and its key works after a top-up", () => {
    buy(10n, 1);
    hold("h", 6n, 2);
    expect(debit(5n, 3, "gate", "d")).toMatchObject({ kind: "insufficient", required: 5n, available: 4n });
    buy(1n, 4);
    expect(debit(5n, 5, "gate", "d")).toMatchObject({ kind: "done", amountTaken: 5n, available: 0n });
  });

  test("a record takes what is there, and the rest becomes debt with the same contra", () => {
    buy(10n, 1);
    expect(debit(15n, 2)).toMatchObject({ amountTaken: 10n, debtIncurred: 5n, balance: 0n, debt: 5n });
    expect(wallet(2).entries.at(-1)).toMatchObject({
      kind: "debt_incurred",
      contra: "revenue:usage",
      ref: "op1",
      opId: null,
    });
  });

  test("200 gated debits of 1 on 100 credits: 100 pass; recorded: debt is 100", () => {
    buy(100n, 1);
    const gated = Array.from({ length: 200 }, () => debit(1n, 2, "gate").kind);
    expect(gated.filter((kind) => kind === "done")).toHaveLength(100);
    buy(100n, 3);
    for (let i = 0; i < 200; i++) debit(1n, 4);
    expect(wallet(4).debt).toBe(100n);
  });

  test("amounts of 0 post like any other", () => {
    expect(debit(0n, 1, "gate")).toMatchObject({ kind: "done", seq: 1n });
    expect(hold("h", 0n, 1)).toMatchObject({ kind: "done" });
    expect(settle("h", 0n, 2)).toMatchObject({ kind: "done", amountTaken: 0n });
  });

  test("debt above the cap suspends gates, not records, until it is repaid to within it", () => {
    const capped = createReferenceLedger();
    capped.open(account, { debtCap: nanos(5n) });
    const take = (amount: bigint, mode: "gate" | "record") =>
      capped.post({ ...base(), kind: "debit", amount: nanos(amount), mode }, at(1));
    expect(take(5n, "record")).toMatchObject({ kind: "done" });
    expect(take(0n, "gate")).toMatchObject({ kind: "done" });
    expect(take(1n, "record")).toMatchObject({ debt: 6n });
    expect(take(0n, "gate")).toMatchObject({ kind: "suspended", because: "debt" });
    expect(capped.post({ ...base(), kind: "hold", amount: nanos(0n), ttlSeconds: 9 }, at(1))).toMatchObject({
      kind: "suspended",
    });
    const bought = { ...base(), kind: "grant", amount: nanos(1n), category: "purchased", contra } as const;
    expect(capped.post(bought, at(1))).toMatchObject({ debtRepaid: 1n });
    expect(take(0n, "gate")).toMatchObject({ kind: "done" });
    capped.setSuspended(account, true);
    expect(take(0n, "gate")).toMatchObject({ because: "operator" });
  });
});

describe("holds", () => {
  test("a settle below the hold frees the rest; above it, it takes what is available, then debt", () => {
    buy(10n, 1);
    hold("h", 6n, 2);
    expect(settle("h", 4n, 3)).toMatchObject({ amountTaken: 4n, balance: 6n, held: 0n });
    hold("i", 3n, 4);
    hold("j", 2n, 4);
    // Available is 6 − 5 = 1; the hold gives 3: 4 are taken, 5 are debt.
    expect(settle("i", 9n, 5)).toMatchObject({ amountTaken: 4n, debtIncurred: 5n, held: 2n, available: 0n });
  });

  test("a hold past its expiry frees the credits at that instant", () => {
    buy(10n, 1);
    hold("h", 10n, 2, 60);
    expect(wallet(61.999).held).toBe(10n);
    expect(wallet(62)).toMatchObject({ held: 0n });
    expect(log(62).at(-1)).toBe("hold_expired 0/-10/0");
  });

  test("a late settle is a record, once, within 7 days", () => {
    buy(10n, 1);
    hold("h", 10n, 2, 60);
    hold("i", 0n, 2, 60);
    debit(8n, 70);
    expect(settle("h", 5n, 80)).toMatchObject({
      late: true,
      amountTaken: 2n,
      debtIncurred: 3n,
      entryKind: "settle",
    });
    expect(settle("h", 5n, 81)).toMatchObject({ kind: "hold_not_open", state: "settled" });
    expect(settle("i", 5n, 62 + 7 * DAY)).toMatchObject({ kind: "hold_not_open", state: "expired" });
    expect(settle("none", 5n, 62 + 7 * DAY)).toMatchObject({ kind: "hold_not_open", state: "unknown" });
  });

  test("a late release resolves the hold and moves nothing", () => {
    buy(10n, 1);
    hold("h", 10n, 2, 60);
    expect(release("h", 70)).toMatchObject({ kind: "done", late: true, available: 10n });
    expect(settle("h", 1n, 71)).toMatchObject({ kind: "hold_not_open", state: "released" });
  });

  test("an extension never shortens and never passes 24 hours", () => {
    buy(10n, 1);
    hold("h", 1n, 0 + 2, 900);
    const extend = (ttlSeconds: number, second: number) =>
      post({ ...base(), kind: "extend", ref: "h", ttlSeconds }, second);
    expect(extend(60, 10)).toMatchObject({ expiresAt: at(902) });
    expect(extend(1800, 10)).toMatchObject({ expiresAt: at(1810) });
    expect(extend(DAY, 20)).toMatchObject({ expiresAt: at(2 + DAY) });
    expect(extend(60, 2 + DAY)).toMatchObject({ kind: "hold_not_open", state: "expired" });
  });
});

describe("debt", () => {
  test("no new hold while there is debt", () => {
    debit(1n, 1);
    expect(hold("h", 0n, 2)).toMatchObject({ kind: "debt_outstanding", debt: 1n });
  });

  test("a purchase repays it at once, a promotional grant never does", () => {
    debit(5n, 1);
    expect(give(10n, 2)).toMatchObject({ debtRepaid: 0n, debt: 5n, balance: 10n });
    expect(buy(3n, 3)).toMatchObject({ debtRepaid: 3n, debt: 2n, balance: 10n });
    expect(log(3).slice(-2)).toEqual(["grant 3/0/0", "debt_repaid -3/0/-3"]);
  });

  test("a promotional grant repays nothing with the purchased credits that it leaves free beside a hold", () => {
    buy(5n, 1);
    hold("h", 5n, 2);
    debit(3n, 3);
    // 5 + 4 − 5 held: 4 are available now, and 5 purchased would pay the 3.
    expect(give(4n, 4)).toMatchObject({ debtRepaid: 0n, debt: 3n, available: 4n });
    expect(left(4)).toEqual([5n, 4n]);
  });

  test("what a release frees repays it, up to the non-promotional credits left", () => {
    buy(4n, 1);
    give(4n, 1);
    hold("h", 8n, 2);
    debit(6n, 3);
    // All 8 are freed, 4 of them purchased.
    expect(release("h", 4)).toMatchObject({ debtRepaid: 4n, debt: 2n, available: 4n });
    expect(left(4)).toEqual([0n, 4n]);
  });

  test("the expiry of a hold repays it", () => {
    buy(8n, 1);
    hold("h", 8n, 2, 60);
    debit(6n, 3);
    expect(wallet(62)).toMatchObject({ debt: 0n, balance: 2n });
    expect(log(62).slice(-2)).toEqual(["hold_expired 0/-8/0", "debt_repaid -6/0/-6"]);
  });

  test("a settle below the hold repays it with the rest", () => {
    buy(8n, 1);
    hold("h", 8n, 2);
    debit(6n, 3);
    expect(settle("h", 5n, 4)).toMatchObject({ amountTaken: 5n, debtRepaid: 3n, debt: 3n, balance: 0n });
  });
});

describe("expiry of grants", () => {
  test("an expired grant is forfeited at its instant", () => {
    give(10n, 1, 100);
    debit(3n, 2);
    expect(wallet(99.999).balance).toBe(7n);
    expect(wallet(100).balance).toBe(0n);
    expect(wallet(100).entries.at(-1)).toMatchObject({ kind: "forfeit", contra: "breakage", amount: -7n });
  });

  test("a hold placed before the expiry keeps its credits until it is resolved", () => {
    give(10n, 1, 100);
    buy(100n, 1);
    hold("h", 6n, 99);
    expect(wallet(100).balance).toBe(106n);
    expect(settle("h", 4n, 150)).toMatchObject({ amountTaken: 4n, balance: 100n });
    // 4 of the promotional 10 burned, 4 forfeited at the expiry and 2 when the settle freed them.
    expect(left(150)).toEqual([0n, 100n]);
    expect(log(150).slice(-3)).toEqual(["forfeit -4/0/0", "settle -4/-6/0", "forfeit -2/0/0"]);
  });

  test("instants are taken in order: credits freed before they expire repay debt first", () => {
    buy(10n, 1, 200);
    hold("h", 10n, 2, 100);
    debit(4n, 3);
    // At 102 the hold frees 10, of which 4 repay; at 200 the other 6 are lost.
    expect(wallet(300)).toMatchObject({ debt: 0n, forfeited: 6n, balance: 0n });
  });

  test("at one instant credits that expire with their hold are lost, not used to repay", () => {
    buy(10n, 1, 102);
    hold("h", 10n, 2, 100);
    debit(4n, 3);
    expect(wallet(300)).toMatchObject({ debt: 4n, forfeited: 10n, balance: 0n });
  });

  test("a grant that arrives expired is forfeited at once", () => {
    expect(give(5n, 10, 9)).toMatchObject({ kind: "done", balance: 0n });
  });
});

describe("replay", () => {
  test("the same key and meaning give the first numbers, whatever happened since and whatever is rated now", () => {
    buy(10n, 1);
    const first = debit(4n, 2, "record", "d");
    debit(6n, 3);
    expect(debit(9n, 4, "gate", "d")).toEqual({ ...first, kind: "replayed" });
    expect(wallet(4).entries).toHaveLength(3);
  });

  test("another meaning, kind or ref is a conflict", () => {
    buy(10n, 1);
    debit(4n, 2, "record", "d");
    hold("h", 1n, 2);
    settle("h", 1n, 2, "s");
    expect(
      post({ ...base("d"), kind: "debit", amount: nanos(4n), mode: "record", meaningHash: "x" }, 3).kind,
    ).toBe("conflict");
    expect(release("h", 3).kind).toBe("hold_not_open");
    expect(post({ ...base("d"), kind: "release", ref: "h" }, 3).kind).toBe("conflict");
    expect(settle("other", 1n, 3, "s").kind).toBe("conflict");
  });

  test("usage that was parked replays as parked when it comes again priced", () => {
    post({ ...base("u"), kind: "parked" }, 1);
    expect(debit(4n, 2, "record", "u")).toMatchObject({
      kind: "replayed",
      entryKind: "parked",
      amountTaken: 0n,
    });
  });

  test("a debit given back in full gives no more free work", () => {
    buy(10n, 1);
    debit(4n, 2, "record", "d");
    const giveBack = (amount: bigint, second: number) =>
      post(
        {
          ...base(),
          kind: "grant",
          amount: nanos(amount),
          category: "purchased",
          contra: "refunds",
          ref: "d",
        },
        second,
      );
    expect(giveBack(3n, 3).kind).toBe("done");
    expect(debit(4n, 4, "record", "d").kind).toBe("replayed");
    expect(giveBack(2n, 5)).toMatchObject({ kind: "exceeds_original", remaining: 1n });
    expect(giveBack(1n, 5).kind).toBe("done");
    expect(debit(4n, 5, "record", "d").kind).toBe("reversed");
    expect(
      post({ ...base(), kind: "grant", amount: nanos(1n), category: "purchased", contra, ref: "no" }, 6).kind,
    ).toBe("ref_not_found");
  });
});

describe("taking back", () => {
  test("a revocation takes what its own grant has free; the rest is refused or becomes debt", () => {
    buy(10n, 1);
    debit(6n, 2);
    const revoke = (allowDebt: boolean) =>
      post({ ...base(), kind: "revoke", ref: "op0", amount: nanos(10n), contra: "refunds", allowDebt }, 3);
    expect(revoke(false)).toMatchObject({ kind: "insufficient", available: 4n });
    expect(revoke(true)).toMatchObject({ amountTaken: 4n, debtIncurred: 6n, debt: 6n, balance: 0n });
    expect(wallet(3).revoked).toBe(4n);
  });

  test("an adjustment grants, or takes like a gate", () => {
    const adjust = (amount: bigint, second: number) =>
      post({ ...base(), kind: "adjustment", amount: nanos(amount), contra: "promo" }, second);
    expect(adjust(5n, 1)).toMatchObject({ balance: 5n, amountTaken: -5n });
    expect(adjust(-6n, 2)).toMatchObject({ kind: "insufficient" });
    expect(adjust(-5n, 3)).toMatchObject({ balance: 0n, amountTaken: 5n });
  });
});

test("an unknown account and time that runs backwards", () => {
  expect(ledger.post({ ...base(), account: "nobody", kind: "parked" }, at(1))).toMatchObject({
    kind: "no_account",
  });
  debit(1n, 10);
  expect(() => ledger.post({ ...base(), kind: "parked" }, at(9))).toThrow(RangeError);
});
