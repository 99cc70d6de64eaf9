import { type Nanos, nanos, ZERO_NANOS } from "../money/nanos.ts";
import { type TopUpRule, topUpDue } from "./auto-top-up.ts";

/** What a wallet's balance less its debt rose or fell by. */
export type WalletMovement = { at: Date; change: Nanos };

export type TopUpSimulationInput = {
  /** As if it had been switched on at the beginning. */
  rule: TopUpRule;
  /** Balance less debt before the first movement; below 0 is debt. */
  opening: Nanos;
  /** In order of time. */
  movements: readonly WalletMovement[];
  /** The least and the most that may be bought at once. */
  purchaseMin: Nanos;
  purchaseMax: Nanos;
};

/** One charge that would have been made. */
export type SimulatedCharge = { at: Date; amount: Nanos; before: Nanos; after: Nanos };

export type TopUpSimulation = {
  charges: SimulatedCharge[];
  total: Nanos;
  /** The least that balance less debt would have been at any time. */
  lowest: Nanos;
  /** When a cap would have kept a wallet below its threshold, once per fall; `balance` is balance less debt then. */
  stopped: { at: Date; balance: Nanos }[];
};

/**
 * Plays a rule over what a wallet really did: each time it would have been below the threshold, what the automatic one
 * decides, with a card that always pays. Days and months of the caps are UTC.
 */
export function simulateTopUps(input: TopUpSimulationInput): TopUpSimulation {
  const { purchaseMin, purchaseMax } = input;
  const rule = { ...input.rule, enabled: true };
  const charges: SimulatedCharge[] = [];
  const stopped: TopUpSimulation["stopped"] = [];
  let net: bigint = input.opening;
  let lowest: bigint = net;
  let halted = false;
  const charged = { day: "", today: 0n, month: "", thisMonth: 0n };
  for (const { at, change } of input.movements) {
    net += change;
    if (net < lowest) lowest = net;
    const day = at.toISOString().slice(0, 10);
    if (day !== charged.day) Object.assign(charged, { day, today: 0n });
    if (day.slice(0, 7) !== charged.month) Object.assign(charged, { month: day.slice(0, 7), thisMonth: 0n });
    const decision = topUpDue(rule, {
      balance: nanos(net > 0n ? net : 0n),
      debt: nanos(net < 0n ? -net : 0n),
      now: at,
      underWay: false,
      hasCard: true,
      frozen: false,
      suspended: false,
      retryAt: null,
      chargedToday: nanos(charged.today),
      chargedThisMonth: nanos(charged.thisMonth),
      purchaseMin,
      purchaseMax,
    });
    if (decision.due) {
      const before = net;
      net += decision.amount;
      charged.today += decision.amount;
      charged.thisMonth += decision.amount;
      charges.push({ at, amount: decision.amount, before: nanos(before), after: nanos(net) });
    } else if (decision.because === "cap_reached" && !halted) {
      stopped.push({ at, balance: nanos(net) });
    }
    // One fall is told once, also where the day's cap ends and the month's goes on.
    halted = !decision.due && decision.because === "cap_reached";
  }
  const total = charges.reduce<bigint>((sum, { amount }) => sum + amount, ZERO_NANOS);
  return { charges, total: nanos(total), lowest: nanos(lowest), stopped };
}
