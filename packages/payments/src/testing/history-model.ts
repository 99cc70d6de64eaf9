/** A purchase as the model knows it. Cents are what was paid; nanos what was credited for it. */
export type ModelPurchase = {
  cents: bigint;
  credits: bigint;
  bonus: bigint;
  /** Refunds that stand, and lost disputes. */
  firmCents: bigint;
  /** Disputes that are still open. */
  openCents: bigint;
};

export type ModelOutcome = {
  balance: bigint;
  debt: bigint;
  /** What is gone of each purchase because of refunds and disputes, and what its invoices leave of what was paid. */
  purchases: { creditsTaken: bigint; bonusTaken: bigint; bonusLeft: bigint; keptCents: bigint }[];
};

/**
 * What must be so after a history, worked out from its facts alone: no order of events, no postings, no database.
 *
 * `spent` is used when only the first `before` purchases were there. Promotional credits burn first, then the oldest.
 * Refunds and lost disputes take their share of a purchase's credits and bonus, spent ones as debt; open disputes take
 * what is unspent of it. Promotional credits repay no debt.
 */
export function expectedOutcome(
  purchases: readonly ModelPurchase[],
  { spent, before }: { spent: bigint; before: number },
): ModelOutcome {
  const present = purchases.slice(0, before);
  let toBurn = spent;
  const burn = (amount: bigint): bigint => {
    const burnt = amount < toBurn ? amount : toBurn;
    toBurn -= burnt;
    return amount - burnt;
  };
  const bonusLeft = present.map(({ bonus }) => burn(bonus));
  const creditsLeft = present.map(({ credits }) => burn(credits));

  // Purchased credits and debt are one number: whatever frees one repays the other.
  let purchased = -toBurn;
  let promotional = 0n;
  const results = purchases.map((it, index) => {
    const share = (of: bigint, cents: bigint): bigint =>
      (of * (cents < it.cents ? cents : it.cents)) / it.cents;
    const firm = { credits: share(it.credits, it.firmCents), bonus: share(it.bonus, it.firmCents) };
    const most = {
      credits: share(it.credits, it.firmCents + it.openCents),
      bonus: share(it.bonus, it.firmCents + it.openCents),
    };
    const unspent = { credits: creditsLeft[index] ?? it.credits, bonus: bonusLeft[index] ?? it.bonus };
    const creditsTaken = greater(firm.credits, lesser(most.credits, unspent.credits));
    const ownBonus = lesser(most.bonus, unspent.bonus);
    const bonusTaken = greater(firm.bonus, ownBonus);
    purchased += unspent.credits - creditsTaken - (bonusTaken - ownBonus);
    promotional += unspent.bonus - ownBonus;
    const returned = lesser(it.firmCents, it.cents);
    return { creditsTaken, bonusTaken, bonusLeft: unspent.bonus - ownBonus, keptCents: it.cents - returned };
  });
  const debt = purchased < 0n ? -purchased : 0n;
  return { balance: promotional + (purchased > 0n ? purchased : 0n), debt, purchases: results };
}

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);
