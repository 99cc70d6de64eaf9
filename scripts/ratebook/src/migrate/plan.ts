import type { OpeningState } from "@ratebook/billing";
import { formatUsd, type Nanos, nanos } from "@ratebook/core";
import type { CustomerRow, KeyRow, Row, RowProblem } from "./read-rows.ts";

/** What a migration would do, with totals to compare with the other system's. */
export type MigrationPlan = {
  customers: { rows: number; new: number; known: number };
  balance: Nanos;
  promotionalBalance: Nanos;
  /** Of it, opened by an earlier run. */
  openedAlready: Nanos;
  stripeCustomers: number;
  /** Cards that the other system charged. */
  cards: number;
  autoTopUpRules: number;
  keys: number;
};

/**
 * Compares the rows with each other and with what is here already.
 *
 * @returns problems that no run may ignore: rows that say two things about one customer, keys of unknown customers, and
 * balances that were opened differently before
 */
export function planMigration(
  customers: readonly Row<CustomerRow>[],
  keys: readonly Row<KeyRow>[],
  states: readonly OpeningState[],
): { plan: MigrationPlan; problems: RowProblem[] } {
  const problems = [
    ...twice(customers, ({ external_id }) => external_id, "the customer"),
    ...twice(customers, ({ stripe_customer_id }) => stripe_customer_id, "the Stripe customer"),
    ...twice(keys, ({ hash }) => hash, "the key"),
  ];
  const named = new Set(customers.map(({ value }) => value.external_id));
  for (const { line, value } of keys) {
    if (!named.has(value.external_id)) {
      problems.push({ line, message: `the customer ${value.external_id} is not in the customers' file` });
    }
  }
  for (const { line, value } of customers) {
    if (value.stripe_payment_method_id !== undefined && value.stripe_customer_id === undefined) {
      problems.push({ line, message: `${value.stripe_payment_method_id} is the card of no Stripe customer` });
    }
  }
  let openedAlready = 0n;
  for (const [index, { line, value }] of customers.entries()) {
    const opened = states[index]?.opened ?? null;
    if (opened === null) continue;
    const { balance, promotionalBalance } = opened;
    openedAlready += balance + promotionalBalance;
    if (balance !== value.balance || promotionalBalance !== (value.promotional_balance ?? 0n)) {
      const before = formatUsd(nanos(balance + promotionalBalance));
      problems.push({ line, message: `${value.external_id} was opened with ${before} before` });
    }
  }
  const known = states.filter((state) => state.known).length;
  const sum = (of: (row: CustomerRow) => bigint | undefined): Nanos =>
    nanos(customers.reduce((total, { value }) => total + (of(value) ?? 0n), 0n));
  const plan: MigrationPlan = {
    customers: { rows: customers.length, new: customers.length - known, known },
    balance: sum((row) => row.balance),
    promotionalBalance: sum((row) => row.promotional_balance),
    openedAlready: nanos(openedAlready),
    stripeCustomers: customers.filter(({ value }) => value.stripe_customer_id !== undefined).length,
    cards: customers.filter(({ value }) => value.stripe_payment_method_id !== undefined).length,
    autoTopUpRules: customers.filter(({ value }) => value.auto_top_up_amount !== undefined).length,
    keys: keys.length,
  };
  return { plan, problems };
}

function twice<T>(rows: readonly Row<T>[], of: (value: T) => string | undefined, what: string): RowProblem[] {
  const lines = new Map<string, number>();
  return rows.flatMap(({ line, value }) => {
    const id = of(value);
    if (id === undefined) return [];
    const first = lines.get(id);
    if (first === undefined) lines.set(id, line);
    return first === undefined ? [] : [{ line, message: `${what} ${id} stands on line ${first} already` }];
  });
}
