import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  json,
  jsonb,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, nanos, zero } from "./columns.ts";
import { ratebook } from "./schema.ts";

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });
const infinity = sql`'infinity'::timestamptz`;

/** `ratebook.bucket_of(account_id)`: sha256 of the uuid's 16 bytes, first byte. Never changes for an account. */
const bucket = () => smallint("bucket").notNull();
const accountId = () => uuid("account_id").notNull();

/** One row an account: what it has, holds and owes. Only the posting function writes it. */
export const wallet = ratebook.table(
  "wallet",
  {
    bucket: bucket(),
    accountId: accountId(),
    balance: nanos("balance").notNull().default(zero),
    held: nanos("held").notNull().default(zero),
    granted: nanos("granted").notNull().default(zero),
    /** Taken by debits, settles, negative adjustments and repayment of debt. */
    consumed: nanos("consumed").notNull().default(zero),
    forfeited: nanos("forfeited").notNull().default(zero),
    revoked: nanos("revoked").notNull().default(zero),
    /** The part of `consumed` already attributed to grants. */
    allocated: nanos("allocated").notNull().default(zero),
    debt: nanos("debt").notNull().default(zero),
    /** Debt above this suspends the wallet until it is repaid to within it. Default 10 USD. */
    debtCap: nanos("debt_cap").notNull().default(sql`10000000000`),
    seq: bigint("seq", { mode: "bigint" }).notNull().default(zero),
    /** When a hold or a grant expires next; never later than that. */
    nextEventAt: instant("next_event_at").notNull().default(infinity),
    /** An open hold keeps credits of an expired grant: whatever frees them forfeits them at once. */
    keepsExpired: boolean("keeps_expired").notNull().default(false),
    /** Levels of `available` whose crossing downwards is announced; null where nobody listens. */
    watchBelow: nanos("watch_below").array(),
    /** Credits are announced while this is set, and freed ones that lift balance − held − debt to it. */
    liftLevel: nanos("lift_level"),
    /** By the operator; suspension by debt follows from `debt` and `debt_cap`. */
    status: text("status", { enum: ["active", "suspended"] })
      .notNull()
      .default("active"),
    /** Budgets or pauses apply to what it pays for: only then they are looked up. */
    hasLimits: boolean("has_limits").notNull().default(false),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId] }),
    index("wallet_due").on(table.nextEventAt).where(sql`next_event_at < 'infinity'`),
    check("wallet_held", sql`held >= 0 and balance >= held`),
    check("wallet_debt", sql`debt >= 0 and debt_cap >= 0`),
    check("wallet_balance", sql`balance = granted - consumed - forfeited - revoked`),
    check("wallet_allocated", sql`allocated between 0 and consumed`),
    check("wallet_status", sql`status in ('active', 'suspended')`),
  ],
);

/** What an entry did. */
export const ENTRY_KINDS = [
  "debit",
  "hold",
  "settle",
  "release",
  "extend",
  "hold_expired",
  "grant",
  "forfeit",
  "revoke",
  "adjustment",
  "parked",
  "debt_incurred",
  "debt_repaid",
] as const;

/** The append-only log of every wallet: UPDATE, DELETE and TRUNCATE are refused by triggers and by grants. */
export const entry = ratebook.table(
  "entry",
  {
    bucket: bucket(),
    accountId: accountId(),
    seq: bigint("seq", { mode: "bigint" }).notNull(),
    opId: uuid("op_id").notNull(),
    kind: text("kind", { enum: ENTRY_KINDS }).notNull(),
    /** The other side of the books; null where no money moves (holds, releases, parked). */
    contra: text("contra"),
    amount: nanos("amount").notNull(),
    heldDelta: nanos("held_delta").notNull(),
    debtDelta: nanos("debt_delta").notNull(),
    balanceAfter: nanos("balance_after").notNull(),
    heldAfter: nanos("held_after").notNull(),
    debtAfter: nanos("debt_after").notNull(),
    consumedAfter: nanos("consumed_after").notNull(),
    /** The amount the caller named or we rated; may differ between attempts, so it is never compared. */
    asked: nanos("asked").notNull(),
    /** The hold, grant, parked entry or operation this one is about. */
    refId: uuid("ref_id"),
    /** sha256 of what the caller meant; null on entries the ledger made by itself. */
    meaningHash: bytea("meaning_hash"),
    late: boolean("late").notNull().default(false),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.seq] }),
    unique("entry_op").on(table.opId, table.accountId, table.bucket),
    // Finds what resolved a hold or gave a debit back; plain debits carry no ref and pay nothing.
    index("entry_ref").on(table.refId, table.accountId, table.bucket).where(sql`ref_id is not null`),
  ],
);

/** Money set aside until settled or released, when the row goes; an expired one stays 7 days for a late settle. */
export const hold = ratebook.table(
  "hold",
  {
    bucket: bucket(),
    accountId: accountId(),
    /** The op id that placed it. */
    holdId: uuid("hold_id").notNull(),
    amount: nanos("amount").notNull(),
    state: text("state", { enum: ["open", "expired"] }).notNull(),
    expiresAt: instant("expires_at").notNull(),
    catalogueVersion: integer("catalogue_version"),
    policyVersion: integer("policy_version"),
    contract: text("contract"),
    /** Budget counters that reserve this amount: `[{budgetId, periodStart}]`. */
    budgets: jsonb("budgets"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.holdId] }),
    index("hold_open").on(table.bucket, table.accountId, table.expiresAt).where(sql`state = 'open'`),
    index("hold_expired").on(table.expiresAt).where(sql`state = 'expired'`),
    check("hold_amount", sql`amount >= 0`),
    check("hold_state", sql`state in ('open', 'expired')`),
    check("hold_lifetime", sql`expires_at > created_at and expires_at <= created_at + interval '24 hours'`),
  ],
);

/** Credits with an origin, a burn order and perhaps an end. */
export const grant = ratebook.table(
  "grant",
  {
    bucket: bucket(),
    accountId: accountId(),
    /** The op id that granted it. */
    grantId: uuid("grant_id").notNull(),
    amount: nanos("amount").notNull(),
    /** Before the consumption that is not attributed yet. */
    remaining: nanos("remaining").notNull(),
    priority: smallint("priority").notNull(),
    category: text("category", { enum: ["purchased", "promotional", "credit_line"] }).notNull(),
    /** Half-open: the credits cannot be used at this instant. */
    expiresAt: instant("expires_at").notNull().default(infinity),
    source: text("source").notNull(),
    /** Of the entry that granted it. */
    seq: bigint("seq", { mode: "bigint" }).notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.grantId] }),
    index("grant_left").on(table.accountId, table.bucket).where(sql`remaining > 0`),
    check("grant_remaining", sql`amount > 0 and remaining between 0 and amount`),
    check("grant_category", sql`category in ('purchased', 'promotional', 'credit_line')`),
  ],
);

/** Which grant paid which stretch of a wallet's consumption; the stretches tile (0, wallet.allocated]. */
export const allocation = ratebook.table(
  "allocation",
  {
    bucket: bucket(),
    accountId: accountId(),
    /** Exclusive. */
    consumedFrom: nanos("consumed_from").notNull(),
    /** Inclusive. */
    consumedTo: nanos("consumed_to").notNull(),
    grantId: uuid("grant_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.consumedTo] }),
    check("allocation_range", sql`consumed_from >= 0 and consumed_to > consumed_from`),
  ],
);

/** One reported use, rated or parked, with the receipt's lines. Append-only. Nanos inside JSON are integer text. */
export const usageEvent = ratebook.table(
  "usage_event",
  {
    bucket: bucket(),
    accountId: accountId(),
    opId: uuid("op_id").notNull(),
    offering: text("offering"),
    provider: text("provider"),
    model: text("model"),
    // Written once and read whole: as jsonb, parsing them was a tenth of the CPU time of a debit.
    pools: json("pools").notNull(),
    dimensions: jsonb("dimensions").notNull(),
    lines: json("lines").notNull(),
    listCost: nanos("list_cost").notNull(),
    ownCost: nanos("own_cost"),
    amount: nanos("amount").notNull(),
    catalogueVersion: integer("catalogue_version"),
    policyVersion: integer("policy_version"),
    contract: text("contract"),
    agentId: text("agent_id"),
    appId: text("app_id"),
    keyId: text("key_id"),
    userId: text("user_id"),
    billing: text("billing", { enum: ["platform", "byok"] }).notNull(),
    state: text("state", { enum: ["rated", "parked"] }).notNull(),
    parkReason: text("park_reason"),
    outcome: text("outcome"),
    holdId: uuid("hold_id"),
    quoteId: text("quote_id"),
    late: boolean("late").notNull(),
    metadata: jsonb("metadata").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    // Led by the op id, which callers make in the order of time: new events then go to the index's last page.
    primaryKey({ columns: [table.opId, table.accountId, table.bucket] }),
    index("usage_event_occurred").on(table.accountId, table.occurredAt),
    // Events are appended in the order of time: a few pages find the last days among millions.
    index("usage_event_created").using("brin", table.createdAt).with({ pages_per_range: 32 }),
    check("usage_event_amounts", sql`amount >= 0 and list_cost >= 0 and own_cost >= 0`),
    check("usage_event_billing", sql`billing in ('platform', 'byok')`),
    check("usage_event_state", sql`state = 'rated' or (state = 'parked' and amount = 0)`),
  ],
);

/** Messages for the job queue, written by the posting function; the relay hands them over under their id. */
export const outbox = ratebook.table(
  "outbox",
  {
    bucket: bucket(),
    accountId: accountId(),
    id: uuid("id").notNull(),
    kind: text("kind").notNull(),
    payload: jsonb("payload").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.accountId, table.id] })],
);
