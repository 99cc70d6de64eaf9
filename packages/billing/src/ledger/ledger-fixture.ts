import { type Nanos, nanos } from "@ratebook/core";
import type { TestDatabase } from "@ratebook/db/testing";
import type { Ledger } from "./create-ledger.ts";
import type { DebitOp, GrantOp, HoldOp, SettleOp, UsageEventDraft } from "./ledger-op.ts";
import { opId } from "./op-id.ts";
import { openWallet } from "./open-wallet.ts";

/** A new account's wallet with these credits, purchased. */
export async function fundedWallet(database: TestDatabase, ledger: Ledger, credits: bigint): Promise<string> {
  const account = opId("test", crypto.randomUUID());
  await openWallet(database.db, account);
  if (credits > 0n) await ledger.post(grant(account, { amount: nanos(credits) }));
  return account;
}

/** A new operation of an account: the key is the meaning unless another is named. */
const fresh = (account: string, key: string = crypto.randomUUID()) => ({
  account,
  opId: opId("test-op", key),
  meaningHash: meaningOf(key),
});

export const meaningOf = (text: string): string => opId("meaning", text).replaceAll("-", "").repeat(2);

export const grant = (account: string, more: Partial<GrantOp> & { amount: Nanos }): GrantOp => ({
  ...fresh(account),
  kind: "grant",
  category: "purchased",
  contra: "clearing:sandbox",
  source: "test",
  ...more,
});

/** A debit of usage with one receipt line. */
export const debit = (account: string, amount: bigint, more: Partial<DebitOp> = {}): DebitOp => ({
  ...fresh(account),
  kind: "debit",
  mode: "record",
  amount: nanos(amount),
  usageEvent: usageOf(amount),
  ...more,
});

export const hold = (account: string, amount: bigint, more: Partial<HoldOp> = {}): HoldOp => ({
  ...fresh(account),
  kind: "hold",
  amount: nanos(amount),
  ttlSeconds: 900,
  ...more,
});

export const settle = (
  account: string,
  ref: string,
  amount: bigint,
  more: Partial<SettleOp> = {},
): SettleOp => ({
  ...fresh(account),
  kind: "settle",
  ref,
  amount: nanos(amount),
  usageEvent: usageOf(amount),
  ...more,
});

/** The key's operation again, as a retry would send it. */
export const withKey = (account: string, key: string) => fresh(account, key);

export const usageOf = (amount: bigint, more: Partial<UsageEventDraft> = {}): UsageEventDraft => ({
  offering: "acme/chat-1",
  provider: "acme",
  model: "chat-1",
  pools: { input_tokens: "1200" },
  dimensions: {},
  lines: [{ meter: "input_tokens", quantity: "1200", amount: amount.toString() }],
  listCost: nanos(amount),
  ownCost: null,
  amount: nanos(amount),
  catalogueVersion: 1,
  policyVersion: 1,
  contract: null,
  agentId: "agent-1",
  appId: null,
  keyId: null,
  userId: null,
  billing: "platform",
  state: "rated",
  parkReason: null,
  outcome: null,
  quoteId: null,
  metadata: {},
  occurredAt: new Date(0),
  ...more,
});
