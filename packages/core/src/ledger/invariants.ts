import { type Nanos, nanos } from "../money/nanos.ts";
import { burnOrder } from "./burn-order.ts";
import { planForfeits } from "./forfeit.ts";
import type { ReferenceWallet } from "./reference-wallet.ts";

/** What is wrong with a wallet's books at an instant it was rolled to: a sentence each, none when they balance. */
export function walletViolations(wallet: Readonly<ReferenceWallet>, now: Date): string[] {
  const grants = burnOrder(wallet.grants.values());
  const open = [...wallet.holds.values()].filter((hold) => hold.state === "open");
  const outlived = planForfeits(grants, open, less(wallet.balance, wallet.held), now);
  const rules: [boolean, string][] = [
    [wallet.held >= 0n && wallet.held <= wallet.balance, "held lies between 0 and the balance"],
    [wallet.debt >= 0n, "debt is not negative"],
    [
      wallet.balance === wallet.granted - wallet.consumed - wallet.forfeited - wallet.revoked,
      "the balance is granted − consumed − forfeited − revoked",
    ],
    [wallet.balance === sum(wallet.entries, (entry) => entry.amount), "the balance is the sum of amounts"],
    [wallet.held === sum(wallet.entries, (entry) => entry.heldDelta), "held is the sum of held deltas"],
    [wallet.debt === sum(wallet.entries, (entry) => entry.debtDelta), "debt is the sum of debt deltas"],
    [wallet.held === sum(open, (hold) => hold.amount), "held is the sum of open holds"],
    [wallet.balance === sum(grants, (grant) => grant.remaining), "the balance is what grants have left"],
    [
      grants.every((grant) => grant.remaining >= 0n && grant.remaining <= grant.amount),
      "a grant has between nothing and its amount left",
    ],
    [outlived.length === 0, "no expired grant keeps credits beyond what holds cover"],
    [tiles(wallet), "allocations tile the consumption without gap or overlap"],
    [chained(wallet), "each entry follows from the one before"],
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => rule);
}

const less = (a: Nanos, b: Nanos): Nanos => nanos(a - b);

const sum = <T>(items: readonly T[], part: (item: T) => bigint): bigint =>
  items.reduce((total, item) => total + part(item), 0n);

function tiles(wallet: Readonly<ReferenceWallet>): boolean {
  let reached = 0n;
  for (const { from, to } of wallet.allocations) {
    if (from !== reached || to <= from) return false;
    reached = to;
  }
  return reached === wallet.consumed;
}

function chained(wallet: Readonly<ReferenceWallet>): boolean {
  let [seq, balance, held, debt] = [0n, 0n, 0n, 0n];
  for (const entry of wallet.entries) {
    seq += 1n;
    balance += entry.amount;
    held += entry.heldDelta;
    debt += entry.debtDelta;
    const follows =
      entry.seq === seq &&
      entry.balanceAfter === balance &&
      entry.heldAfter === held &&
      entry.debtAfter === debt &&
      held >= 0n &&
      held <= balance &&
      debt >= 0n;
    if (!follows) return false;
  }
  return true;
}
