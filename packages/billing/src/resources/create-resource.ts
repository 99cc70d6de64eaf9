import {
  type ContainerSize,
  DEFAULT_SIZE,
  err,
  must,
  type Nanos,
  nanos,
  ok,
  type Result,
} from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { resource } from "@ratebook/db/schema";
import { and, count, eq, inArray, ne } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { readStanding } from "../usage/get-balance.ts";
import { feeOf, feeOpId, takeFee } from "./deployment-fee.ts";
import { findReadableResource, resolveKeeper } from "./find-resource.ts";
import { issueIntent } from "./intents.ts";
import { type ResourceKind, readKinds, STORAGE } from "./kinds.ts";
import { priceDay } from "./price-resource.ts";
import type { Resource, ResourceError, ResourceRow } from "./resource.ts";
import { checkSize, weightOf } from "./resource-size.ts";
import { readInfrastructureSettings } from "./settings.ts";
import { showResource } from "./show-resources.ts";

export type CreateResourceInput = {
  customer?: string | undefined;
  kind: string;
  name: string;
  project?: string | undefined;
  /** Parts that are absent are those of the flat price. Refused for kinds without a size, except instances. */
  cpu?: number | undefined;
  memoryMb?: number | undefined;
  instances?: number | undefined;
  /** Repeating it creates nothing more. */
  idempotencyKey?: string | undefined;
};

export type CreatedResource = {
  resource: Resource;
  status: "created" | "replayed";
  /** The deployment fee. */
  creditsDeducted: Nanos;
  creditsRemaining: Nanos;
};

/**
 * Creates a resource and takes its deployment fee, in gate mode, in one transaction; once per idempotency key.
 *
 * Billing by the day begins when the platform says that it runs. A customer's wish is carried to the platform as an
 * intent; the platform's own service creates what it deploys itself.
 *
 * @returns `insufficient_credits` and the other refusals of gates, `unrated` where the fee or a day has no price,
 *   `resource_quota` where the customer has as many as it may; nothing is written then
 */
export async function createResource(
  ctx: Ctx,
  actor: Actor,
  input: CreateResourceInput,
): Promise<Result<CreatedResource, ResourceError>> {
  const customer = await resolveKeeper(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const kind = (await readKinds(ctx)).get(input.kind);
  if (kind === undefined || kind === STORAGE) {
    const message = kind === undefined ? "is no kind of resource" : "comes into being with its first sample";
    return err({ kind: "validation_error", field: "kind", message });
  }
  const size = sizeOf(kind, input);
  if (!size.ok) return size;
  const row = rowOf(ctx, customer.value.id, input, size.value);
  const created = await inTransaction(ctx.db, (tx) => create(ctx, tx, actor, kind, row));
  if (!created.ok) return created;
  const { deducted, status } = created.value;
  const found = await findReadableResource(ctx, actor, { id: row.id, customer: row.customerId });
  if (!found.ok) return found;
  return ok({
    resource: await showResource(ctx, found.value),
    status,
    creditsDeducted: deducted,
    creditsRemaining: (await readStanding(ctx, row.customerId)).available,
  });
}

function sizeOf(
  kind: ResourceKind,
  input: CreateResourceInput,
): Result<Partial<ContainerSize>, ResourceError> {
  const size = {
    cpu: input.cpu ?? DEFAULT_SIZE.cpu,
    memoryMb: input.memoryMb ?? DEFAULT_SIZE.memoryMb,
    instances: input.instances ?? DEFAULT_SIZE.instances,
  };
  if (kind.sized) return checkSize(size);
  const named = input.cpu === undefined ? (input.memoryMb === undefined ? null : "memory") : "cpu";
  if (named !== null) {
    return err({ kind: "validation_error", field: named, message: `${kind.name} has no size` });
  }
  const checked = checkSize(size);
  return checked.ok ? ok({ instances: size.instances }) : checked;
}

function rowOf(
  ctx: Ctx,
  customerId: string,
  { kind, name, project, idempotencyKey }: CreateResourceInput,
  size: Partial<ContainerSize>,
): ResourceRow {
  // The same key is the same resource, so that a repeat meets it.
  const id =
    idempotencyKey === undefined ? ctx.newId() : opId("resource", `${customerId}:${kind}:${idempotencyKey}`);
  return {
    id,
    customerId,
    kind,
    name,
    project: project ?? null,
    cpu: size.cpu ?? null,
    memoryMb: size.memoryMb ?? null,
    instances: size.instances ?? 1,
    state: "deploying",
    stopCause: null,
    createKey: idempotencyKey ?? null,
    feeOpId: null,
    lastBytes: null,
    lastSampleAt: null,
    nextDay: null,
    createdAt: ctx.clock(),
    deployedAt: null,
    endedAt: null,
    alarmedAt: null,
  };
}

type Created = { deducted: Nanos; status: "created" | "replayed" };

async function create(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  kind: ResourceKind,
  row: ResourceRow,
): Promise<Result<Created, ResourceError>> {
  const ofFee = kind.setup === null ? null : feeOpId(row.id);
  const inserted = await tx
    .insert(resource)
    .values({ ...row, feeOpId: ofFee })
    .onConflictDoNothing()
    .returning({ id: resource.id });
  if (inserted.length === 0) return replay(tx, kind, row);
  // What nobody can say the price of is not begun.
  const day = await priceDay(ctx, kind, weightOf(row), row.customerId);
  if (!day.ok) return day;
  const fee = await takeFee(ctx, tx, kind, row);
  if (!fee.ok) return fee;
  // After the fee, whose posting holds the wallet: two creations at once are counted one after the other.
  const quota = await checkQuota(ctx, tx, row.customerId);
  if (!quota.ok) return quota;
  if (actor.kind !== "service") await issueIntent(ctx, tx, row, "deploy");
  const { cpu, memoryMb, instances, name } = row;
  await recordAudit(ctx, tx, actor, {
    action: "resource.create",
    subject: row.id,
    customerId: row.customerId,
    after: { kind: row.kind, name, cpu, memoryMb, instances },
  });
  return ok({ deducted: fee.value, status: "created" });
}

async function replay(
  tx: Transaction,
  kind: ResourceKind,
  row: ResourceRow,
): Promise<Result<Created, ResourceError>> {
  const [first] = await tx.select().from(resource).where(eq(resource.id, row.id));
  const earlier = must(first, "what stood in the way is there");
  // What it is now may have been scaled since; its name and project are what it was made with.
  if (earlier.name !== row.name || earlier.project !== row.project) {
    const message = "This idempotency key was used before for another resource.";
    return err({ kind: "idempotency_conflict", message });
  }
  return ok({ deducted: kind.setup === null ? nanos(0n) : await feeOf(tx, earlier), status: "replayed" });
}

async function checkQuota(
  ctx: Ctx,
  tx: Transaction,
  customerId: string,
): Promise<Result<null, ResourceError>> {
  const { containersMax: max } = await readInfrastructureSettings(ctx);
  const [row] = await tx
    .select({ live: count() })
    .from(resource)
    .where(
      and(
        eq(resource.customerId, customerId),
        ne(resource.kind, STORAGE.kind),
        inArray(resource.state, ["deploying", "running", "stopped"]),
      ),
    );
  const current = (row?.live ?? 0) - 1;
  return current >= max ? err({ kind: "resource_quota", current, max }) : ok(null);
}
