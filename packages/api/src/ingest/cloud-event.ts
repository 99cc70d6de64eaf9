import { z } from "zod";
import { type ForeignEvent, foreignKey, invalid, mapRecord, spelling } from "./foreign-event.ts";

/**
 * A CloudEvent (version 1.0, JSON) whose data is a usage event as `POST /api/v1/usage` takes it.
 *
 * `source` and `id` name the event for ever, as the specification demands of them; `time` is when the usage occurred;
 * `subject` names the customer. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md, read 2026-11-28
 */
export const fromCloudEvent = (record: unknown): ForeignEvent =>
  mapRecord(CloudEvent, record, ({ id, source, type, subject, time, data, data_base64 }) => {
    if (data_base64 !== undefined) return invalid("data_base64", "is not read: send JSON in data");
    for (const [field, attribute] of OWN_ATTRIBUTES) {
      if (field in data) return invalid(`data.${field}`, `is the event's ${attribute}`);
    }
    const { customer, metadata, ...usage } = data;
    if (subject !== undefined && customer !== undefined && customer !== subject) {
      return invalid("data.customer", "is another customer than subject names");
    }
    if (metadata !== undefined && (typeof metadata !== "object" || Array.isArray(metadata))) {
      return invalid("data.metadata", "must be an object");
    }
    return {
      kind: "event",
      event: {
        ...usage,
        customer: subject ?? customer,
        occurredAt: time,
        idempotencyKey: foreignKey("cloudevent", source, id),
        metadata: { ...metadata, cloudEvent: { source, id, type } },
      },
      wordOf: spelling(
        { occurredAt: "time", customer: subject === undefined ? "data.customer" : "subject" },
        (field) => `data.${field}`,
      ),
    };
  });

/** Headers of a binary event, for the document. */
export const BINARY_HEADERS = {
  "ce-specversion": {
    description: "Binary mode: `1.0`, with `ce-id`, `ce-source`, `ce-type`, `ce-time`, `ce-subject`",
  },
};

/**
 * The event of a request in binary mode, whose attributes are headers and whose body is the data; null in any other mode.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md, read 2026-11-28
 */
export function binaryCloudEvent(
  header: (name: string) => string | undefined,
  data: unknown,
): Record<string, unknown> | null {
  if (header("ce-specversion") === undefined) return null;
  // A content type of CloudEvents' own says structured, whatever other headers say.
  const type = header("content-type");
  if (type?.toLowerCase().startsWith("application/cloudevents") === true) return null;
  const attributes = BINARY_ATTRIBUTES.map((name) => [name, percentDecoded(header(`ce-${name}`))] as const);
  return { ...Object.fromEntries(attributes), ...(type !== undefined && { datacontenttype: type }), data };
}

/** Header values are percent-encoded UTF-8; one that is not well encoded is taken as it stands. */
function percentDecoded(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const BINARY_ATTRIBUTES = ["specversion", "id", "source", "type", "subject", "time"] as const;

const Attribute = z.string().min(1).max(1_000);

const CloudEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: Attribute,
  source: Attribute,
  type: Attribute,
  subject: Attribute.optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z
    .string()
    .regex(/^application\/(?:[\w.+-]*\+)?json\b/i, "must be application/json")
    .optional(),
  data_base64: z.unknown().optional(),
  data: z.record(z.string(), z.unknown()),
});

const OWN_ATTRIBUTES = [
  ["idempotencyKey", "source and id"],
  ["occurredAt", "time"],
] as const;
