import { hash } from "node:crypto";
import { err, must, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import { type Actor, actorLabel } from "../actor.ts";
import { auditCatalogue } from "../catalog/audit.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { postCorrections, readStoredCorrections } from "./post-corrections.ts";
import { planRerating, type ReratedEvent } from "./rerate-plan.ts";
import { resolveReadable } from "./resolve-readable.ts";
import type { InvalidField, KeyRefusal } from "./usage-error.ts";

export type RerateInput = {
  /** Half-open window of when the usage happened. */
  from: Date;
  to: Date;
  /** Catalogue version whose rates are used. */
  version: number;
  offering?: string | undefined;
  customer?: string | undefined;
  /** True: says what would change and posts nothing. */
  dryRun: boolean;
  reason: string;
  /** Needed to post: the same key is the same re-rating, whenever it is repeated. */
  idempotencyKey?: string | undefined;
};

/** What a re-rating means for one customer. */
export type ReratedCustomer = { customerId: string; name: string; events: number; difference: Nanos };

export type Rerated = {
  /** Null for a dry run. */
  id: string | null;
  /** `posting`: the ledger could not take all of it just now; repeat the call with the same key. */
  status: "dry_run" | "posting" | "posted" | "replayed";
  events: number;
  changed: number;
  before: Nanos;
  after: Nanos;
  /** Sum of the differences in the customers' favour, and of those to their debit; both at least 0. */
  inFavour: Nanos;
  toDebit: Nanos;
  unpriced: number;
  skipped: number;
  /** Corrections the ledger refused: more would be given back than the event cost. */
  refused: number;
  /** The most affected first, at most 50. */
  customers: ReratedCustomer[];
};

export type RerateError =
  | ResolveCustomerError
  | InvalidField
  | KeyRefusal
  | { kind: "version_not_found"; version: number };

/**
 * Prices usage of a window by another version of the catalogue and posts the differences: a grant that gives back, or a
 * debit with a usage event of its own that names the old one. Receipts of the events stay as they are. Each event is
 * corrected exactly once by a re-rating, also where it was interrupted and is repeated; `undoRerating` takes it back.
 *
 * `idempotency_conflict`: the key was used for another window or version. A window of more events than are looked at is
 * a `validation_error` that asks for a narrower one.
 */
export async function rerateWindow(
  ctx: Ctx,
  actor: Actor,
  input: RerateInput,
): Promise<Result<Rerated, RerateError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may re-rate usage." });
  }
  const { from, to, version, dryRun, idempotencyKey, reason } = input;
  if (to <= from) return err({ kind: "validation_error", field: "to", message: "must be after from" });
  if (!dryRun && idempotencyKey === undefined) {
    return err({ kind: "validation_error", field: "idempotencyKey", message: "is needed to post" });
  }
  const [known] = await ctx.sql`select from ratebook.catalogue_version where version = ${version}`;
  if (!known) return err({ kind: "version_not_found", version });
  const customer = input.customer === undefined ? null : await resolveReadable(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const offering =
    input.offering === undefined ? null : (ctx.catalogue.resolve(input.offering) ?? input.offering);
  const window = { from, to, version, offering, customerId: customer?.value.id ?? null };

  const id = dryRun ? null : opId("rerating", must(idempotencyKey ?? null, "checked above"));
  if (id !== null) {
    const begun = await begin(ctx, actor, id, window, reason);
    if (begun === "conflict") {
      const message = "This idempotency key was used before for another re-rating.";
      return err({ kind: "idempotency_conflict", message });
    }
    if (begun !== "posting") return ok({ ...(await toldAgain(ctx, id)), id, status: "replayed" });
  }
  const plan = await planRerating(ctx, window, id);
  if (!plan.complete) {
    if (id !== null)
      await ctx.sql`delete from ratebook.rerating where id = ${id} and state = 'posting'
      and not exists (select from ratebook.rerated_event where rerating_id = ${id})`;
    const message = `leaves more than ${plan.events} events in the window; narrow it`;
    return err({ kind: "validation_error", field: "to", message });
  }
  const { changed, unpriced, skipped, events, before, after } = plan;
  const told = { events, before, after, unpriced, skipped, ...(await summary(ctx, changed)) };
  if (id === null) return ok({ ...told, id, status: "dry_run", refused: 0 });
  const { refused, postponed } = await postCorrections(ctx, id, version, changed);
  if (postponed > 0) return ok({ ...told, id, status: "posting", refused });
  await finish(ctx, actor, id, { ...window, changed: changed.length, refused, reason });
  return ok({ ...told, id, status: "posted", refused });
}

/** Takes the id, or says who has it: the same re-rating, begun or done, or another one. */
async function begin(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  id: string,
  window: Parameters<typeof planRerating>[1],
  reason: string,
): Promise<"posting" | "posted" | "undoing" | "undone" | "conflict"> {
  const { from, to, version, offering, customerId } = window;
  const meaning = hash("sha256", JSON.stringify([from, to, version, offering, customerId]), "hex");
  await ctx.sql`
    insert into ratebook.rerating (id, meaning_hash, state, version, window_from, window_to, offering, customer_id, reason,
      created_by, created_at)
    values (${id}, ${meaning}, 'posting', ${version}, ${from}, ${to}, ${offering}, ${customerId}, ${reason},
      ${actorLabel(actor).id}, ${ctx.clock()})
    on conflict (id) do nothing`;
  const [row] = await ctx.sql<{ state: "posting" | "posted" | "undoing" | "undone"; meaning: string }[]>`
    select state, meaning_hash as meaning from ratebook.rerating where id = ${id}`;
  const { state, meaning: stored } = must(row, "it was just inserted, or was there");
  return stored === meaning ? state : "conflict";
}

async function finish(
  ctx: Ctx,
  actor: Actor,
  id: string,
  { reason, from, to, ...done }: { reason: string; from: Date; to: Date } & Record<string, unknown>,
): Promise<void> {
  const now = ctx.clock();
  await ctx.sql.begin(async (tx) => {
    const posted = await tx`
      update ratebook.rerating set state = 'posted' where id = ${id} and state = 'posting' returning id`;
    if (posted.length === 0) return;
    const after = { from: from.toISOString(), to: to.toISOString(), ...done };
    const note = { action: "usage.rerate", subject: id, after, reason };
    await auditCatalogue({ tx, now, newId: ctx.newId }, actor, note);
  });
}

/** A re-rating that was posted before, from what it left. */
async function toldAgain(ctx: Pick<Ctx, "sql">, id: string): Promise<Omit<Rerated, "id" | "status">> {
  const stored = await readStoredCorrections(ctx, id);
  const sum = (of: "before" | "after") => nanos(stored.reduce((total, event) => total + event[of], 0n));
  return {
    ...(await summary(ctx, stored)),
    events: stored.length,
    before: sum("before"),
    after: sum("after"),
    unpriced: 0,
    skipped: 0,
    refused: stored.filter(({ posted }) => !posted).length,
  };
}

async function summary(
  { sql }: Pick<Ctx, "sql">,
  changed: readonly Pick<ReratedEvent, "customerId" | "before" | "after">[],
): Promise<Pick<Rerated, "changed" | "inFavour" | "toDebit" | "customers">> {
  const byCustomer = new Map<string, { events: number; difference: bigint }>();
  let [inFavour, toDebit] = [0n, 0n];
  for (const { customerId, before, after } of changed) {
    const known = byCustomer.get(customerId) ?? { events: 0, difference: 0n };
    byCustomer.set(customerId, { events: known.events + 1, difference: known.difference + after - before });
    if (after < before) inFavour += before - after;
    else toDebit += after - before;
  }
  const size = (value: bigint) => (value < 0n ? -value : value);
  const most = [...byCustomer]
    .sort(([a, x], [b, y]) =>
      size(x.difference) === size(y.difference)
        ? a < b
          ? -1
          : 1
        : size(x.difference) > size(y.difference)
          ? -1
          : 1,
    )
    .slice(0, CUSTOMERS_MAX);
  const rows = await sql<{ id: string; name: string }[]>`
    select id, name from ratebook.customer where id = any(${most.map(([id]) => id)}::uuid[])`;
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return {
    changed: changed.length,
    inFavour: nanos(inFavour),
    toDebit: nanos(toDebit),
    customers: most.map(([customerId, { events, difference }]) => ({
      customerId,
      name: names.get(customerId) ?? customerId,
      events,
      difference: nanos(difference),
    })),
  };
}

const CUSTOMERS_MAX = 50;
