import type { Json } from "@ratebook/billing";
import { isStorable, NOT_STORABLE } from "@ratebook/core";
import { z } from "zod";
import { unsafePlace } from "./json-value.ts";

/** Text of at most `max` characters that can be stored, trimmed, not empty. */
export const shortText = (max: number) => z.string().trim().min(1).max(max).refine(isStorable, NOT_STORABLE);

/** The same as it is, which may be empty: what a cursor, a search or an id of somebody else's says. */
export const plainText = (max: number) => z.string().max(max).refine(isStorable, NOT_STORABLE);

/** Trimmed text that may be empty. */
export const anyText = (max: number) => z.string().trim().max(max).refine(isStorable, NOT_STORABLE);

/** A customer's, agent's or app's id as the platform spells it. */
export const ExternalId = shortText(200);

/** What the platform keeps beside a row or an event: a JSON object of at most 8,192 characters. */
export const Metadata = z
  .record(z.string(), z.unknown())
  .superRefine((value, ctx) => {
    const unsafe = unsafePlace(value);
    if (unsafe !== null) ctx.addIssue({ code: "custom", ...unsafe });
    else if (JSON.stringify(value).length > 8_192) {
      ctx.addIssue({ code: "custom", message: "must be at most 8192 characters of JSON" });
    }
  })
  .transform((value) => asJson(value));

/** Page size of a list. */
export const Limit = z.coerce.number().int().min(1).max(200).default(50);

/** True because unsafePlace has looked through the whole value. */
const asJson = (value: Record<string, unknown>): { readonly [key: string]: Json } =>
  value as { readonly [key: string]: Json };
