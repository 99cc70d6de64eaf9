import { z } from "zod";
import { ExternalId, Limit, plainText } from "./text.ts";

export const InvoicesInput = z.strictObject({
  customer: ExternalId.optional(),
  limit: Limit,
  cursor: plainText(600).optional(),
});

export const InvoiceInput = z.strictObject({
  customer: ExternalId.optional(),
  id: z.uuid().toLowerCase(),
});
