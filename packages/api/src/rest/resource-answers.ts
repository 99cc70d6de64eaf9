import { z } from "zod";
import type { Caller } from "../root.ts";
import { exactNumber } from "./exact-number.ts";
import { usdNumber } from "./money-schema.ts";
import { wireResource, writeResource } from "./resource-wire.ts";

// What the routes of containers and those of other resources answer alike.

type Named = { id: string; customer: string | undefined };
type Query = {
  kind?: string | undefined;
  status?: "deploying" | "running" | "stopped" | "failed" | "deleted" | undefined;
  limit: number;
  cursor?: string | undefined;
};

export const resourceParams = z.object({ id: z.uuid().toLowerCase() });

export const oneResource = z.object({ success: z.literal(true), data: wireResource });

export const resourcePage = z.object({
  success: z.literal(true),
  data: z.array(wireResource),
  nextCursor: z.string().nullable(),
});

export const createdResource = oneResource.extend({
  status: z.enum(["created", "replayed"]),
  creditsDeducted: usdNumber,
  creditsRemaining: usdNumber,
});

/** A page of resources. */
export async function listAnswer(
  caller: Caller,
  customer: string | undefined,
  { status, ...query }: Query,
): Promise<{ status: 200; body: unknown }> {
  const states = status === undefined ? {} : { states: [status] };
  const { items, nextCursor } = await caller.resources.list({ customer, ...query, ...states });
  return { status: 200, body: { success: true, data: items.map(writeResource), nextCursor } };
}

/** Creates one, or repeats what creating it answered. */
export async function createAnswer(
  caller: Caller,
  input: Parameters<Caller["resources"]["create"]>[0],
): Promise<{ status: 202; body: unknown }> {
  const { resource, status, creditsDeducted, creditsRemaining } = await caller.resources.create(input);
  const amounts = {
    creditsDeducted: exactNumber(creditsDeducted),
    creditsRemaining: exactNumber(creditsRemaining),
  };
  return { status: 202, body: { success: true, status, data: writeResource(resource), ...amounts } };
}

/** Stops, starts, or reports what became of a deployment. */
export async function statusAnswer(
  caller: Caller,
  named: Named,
  status: "running" | "stopped" | "failed",
): Promise<{ status: 200; body: unknown }> {
  if (status === "stopped") return changedAnswer(await caller.resources.stop(named));
  const { resource } = await caller.resources.get(named);
  if (status === "running" && resource.state !== "deploying") {
    return changedAnswer(await caller.resources.start(named));
  }
  const outcome = status === "running" ? "deployed" : "failed";
  const reported = await caller.resources.report({ ...named, outcome });
  return changedAnswer(reported.resource, { creditsReturned: exactNumber(reported.creditsReturned) });
}

/** A resource as it is after a change. */
export const changedAnswer = (
  resource: Parameters<typeof writeResource>[0],
  more: Record<string, unknown> = {},
): { status: 200; body: unknown } => ({
  status: 200,
  body: { success: true, data: writeResource(resource), ...more },
});
