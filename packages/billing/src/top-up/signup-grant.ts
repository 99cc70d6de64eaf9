import { isIPv6 } from "node:net";
import { err, formatUsd, must, NANOS_PER_USD, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { signupGrant } from "@ratebook/db/schema";
import { and, count, eq, gte, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import type { PaymentError } from "./payment-error.ts";

/** What somebody gets for signing up. */
export type SignupGrantSettings = {
  enabled: boolean;
  amount: Nanos;
  /** Grants from one network address within the window; more get nothing. */
  perAddress: number;
  windowHours: number;
};

/** The operator's setting; off where there is none. */
export async function readSignupGrant(ctx: Pick<Ctx, "sql">): Promise<SignupGrantSettings> {
  const [row] = await ctx.sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = 'signup_grant'`;
  if (row === undefined) {
    return { enabled: false, amount: nanos(NANOS_PER_USD), perAddress: 3, windowHours: 24 };
  }
  const { amountNanos, ...rest } = Stored.parse(row.value);
  return { ...rest, amount: nanos(BigInt(amountNanos)) };
}

/** Changes what signing up gives; people who signed up before get nothing more. */
export async function saveSignupGrant(
  ctx: Ctx,
  actor: Actor,
  { amount, ...rest }: SignupGrantSettings,
): Promise<Result<SignupGrantSettings, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (amount <= 0n || amount > MOST) {
    const message = `must be more than 0 and at most ${formatUsd(MOST)}`;
    return err({ kind: "validation_error", field: "amount", message });
  }
  const value = JSON.stringify({ ...rest, amountNanos: amount.toString() });
  await ctx.sql`
    insert into ratebook.setting (name, value, updated_at)
    values ('signup_grant', ${value}::text::jsonb, ${ctx.clock()})
    on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`;
  await recordAudit(ctx, ctx.db, actor, {
    action: "signup_grant.update",
    subject: "signup_grant",
    after: { ...rest, amount: formatUsd(amount) },
  });
  return ok({ amount, ...rest });
}

export type SignedUp = {
  customerId: string;
  /** Proved to be theirs. */
  email: string;
  /** Network address they came from, where it is known. */
  address: string | null;
};

/**
 * Grants what signing up gives, once a verified e-mail address and a few times a network address. Two spellings of one
 * mailbox are one address. Repeating it grants nothing more.
 *
 * @returns true where credits were granted now
 */
export async function grantSignup(ctx: Ctx, { customerId, email, address }: SignedUp): Promise<boolean> {
  const settings = await readSignupGrant(ctx);
  if (!settings.enabled) return false;
  const mailbox = mailboxOf(email);
  const network = address === null ? null : networkOf(address);
  return inTransaction(ctx.db, async (tx) => {
    if (network !== null && (await isUsedUp(ctx, tx, network, settings))) return false;
    const claimed = await tx
      .insert(signupGrant)
      .values({
        email: mailbox,
        customerId,
        address: network,
        amountNanos: settings.amount,
        createdAt: ctx.clock(),
      })
      .onConflictDoNothing()
      .returning();
    if (claimed.length === 0) return false;
    const [posted] = await postWithin(
      tx,
      [
        {
          kind: "grant",
          account: customerId,
          opId: opId("signup-grant", mailbox),
          meaningHash: meaningHash({ operation: "grant", customerId, terms: "signup" }),
          amount: settings.amount,
          category: "promotional",
          contra: "promo",
          source: "Welcome credits",
        },
      ],
      ctx.clock(),
    );
    const { kind } = must(posted, "one operation is answered once");
    if (kind !== "done") throw new Error(`welcome credits could not be posted: ${kind}`);
    return true;
  });
}

async function isUsedUp(
  ctx: Ctx,
  tx: Transaction,
  address: string,
  { perAddress, windowHours }: SignupGrantSettings,
): Promise<boolean> {
  // One at a time, or two who come at once would both be the last one.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`ratebook.signup ${address}`}))`);
  const since = new Date(ctx.clock().getTime() - windowHours * 3_600_000);
  const where = and(eq(signupGrant.address, address), gte(signupGrant.createdAt, since));
  const [row] = await tx.select({ grants: count() }).from(signupGrant).where(where);
  return (row?.grants ?? 0) >= perAddress;
}

/** Whom a network address is counted as: an IPv6 subscriber has a network of 64 bits, and with it any address in it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  // `::` stands for as many zeros as are missing; what follows it is beyond the network where four groups precede it.
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const width = rest.reduce((sum, group) => sum + (group.includes(".") ? 2 : 1), 0);
  const zeros = tail === undefined ? 0 : Math.max(8 - groups.length - width, 0);
  const network = [...groups, ...Array.from({ length: zeros }, () => "0"), ...rest].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** The mailbox behind an address: case and what follows a plus do not change who reads it, nor do Gmail's dots. */
export function mailboxOf(email: string): string {
  const lower = email.trim().toLowerCase();
  const at = lower.lastIndexOf("@");
  const domain = lower.slice(at + 1).replace(/^googlemail\.com$/, "gmail.com");
  const [name = ""] = lower.slice(0, at).split("+");
  return `${domain === "gmail.com" ? name.replaceAll(".", "") : name}@${domain}`;
}

const MOST = nanos(1_000n * NANOS_PER_USD);
const Stored = z.strictObject({
  enabled: z.boolean(),
  amountNanos: z.string().regex(/^\d{1,18}$/),
  perAddress: z.int().min(1),
  windowHours: z.int().min(1),
});
