import { err, ok, type Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { resource } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { changeResource } from "./change-resource.ts";
import type { NamedResource } from "./find-resource.ts";
import { issueIntent } from "./intents.ts";
import {
  type Resource,
  type ResourceError,
  type ResourceRow,
  refuseMeasured,
  wrongState,
} from "./resource.ts";
import { checkSize, weightOf } from "./resource-size.ts";
import { closeRun, openRun } from "./runs.ts";

export type ScaleResourceInput = NamedResource & {
  name?: string | undefined;
  cpu?: number | undefined;
  memoryMb?: number | undefined;
  instances?: number | undefined;
};

/**
 * Changes a resource's size, its number of instances or its name. What runs is billed at the old size until now and at
 * the new one from now on. Naming what it is already changes nothing.
 */
export async function scaleResource(
  ctx: Ctx,
  actor: Actor,
  input: ScaleResourceInput,
): Promise<Result<Resource, ResourceError>> {
  return changeResource(ctx, actor, input, "resource.scale", async (tx, row) => {
    const refused = refuseMeasured(row);
    if (refused) return refused;
    if (row.endedAt !== null) return wrongState(row, `It is ${row.state}, so it cannot be scaled.`);
    const size = newSize(row, input);
    if (!size.ok) return size;
    const next = { ...row, ...size.value, name: input.name ?? row.name };
    const [before, after] = [sizeOf(row), sizeOf(next)];
    if (JSON.stringify(before) === JSON.stringify(after)) return ok(null);
    if (row.state === "running" && weightOf(next) !== weightOf(row)) await resizeRun(ctx, tx, row, next);
    const { cpu, memoryMb, instances, name } = next;
    await tx.update(resource).set({ cpu, memoryMb, instances, name }).where(eq(resource.id, row.id));
    const resized = JSON.stringify({ ...before, name }) !== JSON.stringify(after);
    if (resized && actor.kind !== "service") await issueIntent(ctx, tx, row, "scale");
    return ok({ before, after });
  });
}

async function resizeRun(ctx: Ctx, tx: Transaction, row: ResourceRow, next: ResourceRow): Promise<void> {
  const now = ctx.clock();
  await openRun(tx, row, weightOf(next), await closeRun(tx, row, now));
}

const sizeOf = ({ cpu, memoryMb, instances, name }: ResourceRow) => ({ cpu, memoryMb, instances, name });

function newSize(
  row: ResourceRow,
  input: ScaleResourceInput,
): Result<Pick<ResourceRow, "cpu" | "memoryMb" | "instances">, ResourceError> {
  const sized = row.cpu !== null;
  if (!sized && (input.cpu !== undefined || input.memoryMb !== undefined)) {
    const field = input.cpu === undefined ? "memory" : "cpu";
    return err({ kind: "validation_error", field, message: `a ${row.kind} has no size` });
  }
  const checked = checkSize({
    cpu: input.cpu ?? row.cpu ?? 1,
    memoryMb: input.memoryMb ?? row.memoryMb ?? 1,
    instances: input.instances ?? row.instances,
  });
  if (!checked.ok) return checked;
  const { cpu, memoryMb, instances } = checked.value;
  return ok(sized ? { cpu, memoryMb, instances } : { cpu: null, memoryMb: null, instances });
}
