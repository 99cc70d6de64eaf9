import type { Resource } from "@ratebook/billing";
import { z } from "zod";
import { failed } from "../failures.ts";
import { exactNumber } from "./exact-number.ts";
import { spelled } from "./in-their-words.ts";
import { usdNumber } from "./money-schema.ts";

/** A container, or a resource of another kind, on the wire. */
export const wireResource = z
  .looseObject({
    id: z.uuid(),
    kind: z.string(),
    name: z.string(),
    project_name: z.string().nullable(),
    status: z.enum(["deploying", "running", "stopped", "failed", "deleted"]),
    billing_status: z.enum(["active", "warning", "suspended", "shutdown_pending", "archived"]).meta({
      description: "`warning`: the 48 hours run. `suspended`: stopped because the credits are gone",
    }),
    cpu: z.number().nullable(),
    memory: z.number().nullable(),
    desired_count: z.number(),
    daily_cost: usdNumber.nullable().meta({ description: "Of a whole day at the price of now" }),
    next_billing_at: z.iso.datetime().nullable(),
    scheduled_shutdown_at: z.iso.datetime().nullable(),
    storage_bytes: z.string().nullable(),
    created_at: z.iso.datetime(),
    deployed_at: z.iso.datetime().nullable(),
    ended_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "Resource" });

/** Writes a resource for the wire. */
export const writeResource = (it: Resource): Record<string, unknown> => ({
  id: it.id,
  organization_id: it.customerId,
  kind: it.kind,
  name: it.name,
  project_name: it.project,
  status: it.state,
  billing_status: it.billing,
  cpu: it.cpu,
  memory: it.memoryMb,
  memoryMb: it.memoryMb,
  desired_count: it.instances,
  instances: it.instances,
  daily_cost: it.dailyCost === null ? null : exactNumber(it.dailyCost),
  next_billing_at: it.nextBillAt,
  scheduled_shutdown_at: it.stopsAt,
  storage_bytes: it.lastBytes?.toString() ?? null,
  created_at: it.createdAt,
  deployed_at: it.deployedAt,
  ended_at: it.endedAt,
});

type WireSize = {
  cpu?: number | undefined;
  memory?: number | undefined;
  memoryMb?: number | undefined;
  desired_count?: number | undefined;
  instances?: number | undefined;
};

/** A size from either spelling. Throws the failure a door tells where both spellings say different things. */
export function readSize(body: WireSize): {
  cpu: number | undefined;
  memoryMb: number | undefined;
  instances: number | undefined;
} {
  return {
    cpu: body.cpu,
    memoryMb: either("memory", body.memory, "memoryMb", body.memoryMb),
    instances: either("desired_count", body.desired_count, "instances", body.instances),
  };
}

/** A bad size by the spelling it was sent in. */
export const sizeWord =
  (body: WireSize) =>
  (field: string): string => {
    if (field === "memory") return spelled(body, "memory", "memoryMb");
    return field === "desired_count" ? spelled(body, "desired_count", "instances") : field;
  };

function either(field: string, first: number | undefined, other: string, second: number | undefined) {
  if (first !== undefined && second !== undefined && first !== second) {
    throw failed({ kind: "validation_error", field: other, message: `says something else than ${field}` });
  }
  return first ?? second;
}
