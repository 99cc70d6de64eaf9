import { dayText, err, must, nextUtcDay, ok, type Result, utcDay } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { resource, storageSample } from "@ratebook/db/schema";
import { and, eq, max, ne, sql } from "drizzle-orm";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { isPlatform, resolveKeeper } from "./find-resource.ts";
import { STORAGE } from "./kinds.ts";
import type { ResourceError, ResourceRow } from "./resource.ts";

export type StorageSample = { bytes: bigint; sampledAt: Date };

export type RecordSamplesInput = {
  customer?: string | undefined;
  /** Which store; `knowledge` where there is one. */
  store: string;
  /** At most 1,000. */
  samples: readonly StorageSample[];
};

export type RecordedSample = {
  sampledAt: Date;
  /**
   * `replayed`: known already. `conflict`: known with another size, which stays. `late`: its day is billed, so it is kept
   * and changes no bill.
   */
  status: "recorded" | "replayed" | "conflict" | "late";
};

export type RecordedSamples = { resourceId: string; samples: RecordedSample[] };

/**
 * Takes in how many bytes a customer stored at some instants, each instant once. A day is billed by the average of its
 * samples, for the whole of it; a day without any by the last sample before it, so a store that is emptied says so with a
 * sample of 0. The first sample makes the resource.
 *
 * Only the platform may say how much is stored, because it moves money: its service, or a key with `usage:write`.
 */
export async function recordSamples(
  ctx: Ctx,
  actor: Actor,
  input: RecordSamplesInput,
): Promise<Result<RecordedSamples, ResourceError>> {
  if (!isPlatform(actor) && !(actor.kind === "key" && hasScope(actor, "usage:write"))) {
    return err({ kind: "access_denied", message: "This credential lacks the scope usage:write." });
  }
  const customer = await resolveKeeper(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const invalid = invalidSample(ctx.clock(), input.samples);
  if (invalid) return err(invalid);
  return inTransaction(ctx.db, async (tx) => ok(await keepSamples(ctx, tx, customer.value.id, input)));
}

function invalidSample(
  now: Date,
  samples: readonly StorageSample[],
): Extract<ResourceError, { kind: "validation_error" }> | null {
  for (const [index, { bytes, sampledAt }] of samples.entries()) {
    const refuse = (field: string, message: string) =>
      ({ kind: "validation_error", field: `samples.${index}.${field}`, message }) as const;
    if (bytes < 0n || bytes > MOST_BYTES) return refuse("bytes", `must be from 0 to ${MOST_BYTES}`);
    if (sampledAt.getTime() > now.getTime() + AHEAD_MS) return refuse("sampledAt", "is in the future");
    if (sampledAt.getTime() < now.getTime() - BEHIND_MS)
      return refuse("sampledAt", "is more than 35 days ago");
  }
  return null;
}

async function keepSamples(
  ctx: Ctx,
  tx: Transaction,
  customerId: string,
  { store, samples }: RecordSamplesInput,
): Promise<RecordedSamples> {
  const row = await ensureStore(ctx, tx, customerId, store, earliest(samples));
  const outcomes: RecordedSample[] = [];
  for (const { bytes, sampledAt } of samples) {
    const kept = await tx
      .insert(storageSample)
      .values({ resourceId: row.id, sampledAt, bytes, receivedAt: ctx.clock() })
      .onConflictDoNothing()
      .returning({ bytes: storageSample.bytes });
    const late = row.nextDay !== null && dayText(sampledAt) < row.nextDay;
    const status =
      kept.length > 0
        ? late
          ? ("late" as const)
          : ("recorded" as const)
        : (await sameAs(tx, row.id, sampledAt, bytes))
          ? ("replayed" as const)
          : ("conflict" as const);
    outcomes.push({ sampledAt, status });
  }
  await tx.execute(sql`
    update ratebook.resource r set last_bytes = s.bytes, last_sample_at = s.sampled_at
    from (select bytes, sampled_at from ratebook.storage_sample where resource_id = ${row.id}::uuid
      order by sampled_at desc limit 1) s
    where r.id = ${row.id}::uuid`);
  return { resourceId: row.id, samples: outcomes };
}

const earliest = (samples: readonly StorageSample[]): Date =>
  new Date(Math.min(...samples.map(({ sampledAt }) => sampledAt.getTime())));

async function sameAs(tx: Transaction, resourceId: string, sampledAt: Date, bytes: bigint): Promise<boolean> {
  const [kept] = await tx
    .select({ bytes: storageSample.bytes })
    .from(storageSample)
    .where(and(eq(storageSample.resourceId, resourceId), eq(storageSample.sampledAt, sampledAt)));
  return kept?.bytes === bytes;
}

/**
 * The store's resource, locked: it is billed from the day of its first sample, but not again for a day with which a
 * store of that name ended.
 */
async function ensureStore(
  ctx: Ctx,
  tx: Transaction,
  customerId: string,
  name: string,
  from: Date,
): Promise<ResourceRow> {
  const now = ctx.clock();
  await tx
    .insert(resource)
    .values({
      id: ctx.newId(),
      customerId,
      kind: STORAGE.kind,
      name,
      instances: 1,
      state: "running",
      lastBytes: 0n,
      nextDay: await firstDay(tx, customerId, name, from),
      createdAt: now,
      deployedAt: now,
    })
    .onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(resource)
    .where(
      and(
        eq(resource.customerId, customerId),
        eq(resource.kind, STORAGE.kind),
        eq(resource.name, name),
        ne(resource.state, "deleted"),
      ),
    )
    .for("update");
  return must(row, "the store was made just now, or is there");
}

async function firstDay(tx: Transaction, customerId: string, name: string, from: Date): Promise<string> {
  const [earlier] = await tx
    .select({ endedAt: max(resource.endedAt) })
    .from(resource)
    .where(
      and(eq(resource.customerId, customerId), eq(resource.kind, STORAGE.kind), eq(resource.name, name)),
    );
  const free = earlier?.endedAt == null ? from : nextUtcDay(utcDay(earlier.endedAt));
  return dayText(free > from ? free : from);
}

/** An exabyte. */
const MOST_BYTES = 10n ** 18n;
const AHEAD_MS = 300_000;
const BEHIND_MS = 35 * 86_400_000;
