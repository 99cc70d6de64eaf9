import { z } from "zod";
import { IdempotencyKey } from "./billing.ts";
import { ExternalId, Limit, plainText, shortText } from "./text.ts";

const customer = ExternalId.optional();
const Id = z.uuid().toLowerCase();
const Name = shortText(120);
// What a size may be is the verb's to say: it names the field as the wire does.
const Whole = z.number();

const STATES = ["deploying", "running", "stopped", "failed", "deleted"] as const;

/** A size in the documented spelling; `memoryMb` and `instances` are accepted for its last two. */
const size = {
  cpu: Whole.optional().meta({ description: "CPU units of one instance; 1024 are one core. Default 1792" }),
  memory: Whole.optional().meta({ description: "Megabytes of one instance. Default 1792" }),
  memoryMb: Whole.optional().meta({ description: "Another spelling of `memory`" }),
  desired_count: Whole.optional().meta({ description: "How many instances run. Default 1" }),
  instances: Whole.optional().meta({ description: "Another spelling of `desired_count`" }),
};

export const ContainerBody = z.strictObject({
  customer,
  name: Name.meta({ example: "research-agent" }),
  project_name: Name.optional(),
  ...size,
  idempotencyKey: IdempotencyKey.optional(),
});

export const ContainerChangeBody = z.strictObject({
  customer,
  name: Name.optional(),
  ...size,
  status: z
    .enum(["running", "stopped", "failed"])
    .optional()
    .meta({ description: "`failed`, and `running` of a deployment, are the platform's to report" }),
});

/** A thing of any other kind that runs. */
export const ResourceBody = z.strictObject({
  customer,
  kind: shortText(40),
  name: Name,
  project_name: Name.optional(),
  desired_count: size.desired_count,
  instances: size.instances,
  idempotencyKey: IdempotencyKey.optional(),
});

export const ContainersQuery = z.strictObject({
  limit: Limit,
  cursor: Id.optional(),
  status: z.enum(STATES).optional(),
});
export const ResourcesQuery = ContainersQuery.extend({ kind: shortText(40).optional() });

const Bytes = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/, "must be a whole number of bytes")])
  .transform((value) => BigInt(value));
const SampledAt = z.iso.datetime({ offset: true });
export const SamplesBody = z.strictObject({
  customer,
  store: Name.default("knowledge").meta({ description: "Which store, where a customer has several" }),
  samples: z
    .array(z.strictObject({ bytes: Bytes, sampledAt: SampledAt }))
    .min(1)
    .max(1_000)
    .meta({ description: "Each instant counts once, however often it is sent" }),
});

export const IntentsQuery = z.strictObject({
  state: z.enum(["open", "all"]).default("open"),
  limit: Limit,
  cursor: plainText(200).optional(),
});

/** The same through the typed client. */
const sizeOf = { cpu: Whole.optional(), memoryMb: Whole.optional(), instances: Whole.optional() };
export const CreateResourceInput = z.strictObject({
  customer,
  kind: shortText(40),
  name: Name,
  project: Name.optional(),
  ...sizeOf,
  idempotencyKey: IdempotencyKey.optional(),
});
export const ResourceInput = z.strictObject({ customer, id: Id });
export const ScaleResourceInput = ResourceInput.extend({ name: Name.optional(), ...sizeOf });
export const ReportDeploymentInput = ResourceInput.extend({ outcome: z.enum(["deployed", "failed"]) });
export const ListResourcesInput = z.strictObject({
  customer,
  kind: shortText(40).optional(),
  states: z.array(z.enum(STATES)).min(1).optional(),
  limit: Limit,
  cursor: Id.optional(),
});
export const SamplesInput = z.strictObject({
  customer,
  store: Name,
  samples: z
    .array(z.strictObject({ bytes: z.bigint(), sampledAt: z.date() }))
    .min(1)
    .max(1_000),
});
export const ListIntentsInput = z.strictObject({
  open: z.boolean(),
  limit: Limit,
  cursor: plainText(200).optional(),
});
export const IntentInput = z.strictObject({ id: Id });
export const ListInfrastructureInput = z.strictObject({
  limit: Limit,
  cursor: plainText(200).optional(),
});
