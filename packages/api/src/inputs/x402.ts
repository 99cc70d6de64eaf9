import { nanos } from "@ratebook/core";
import { z } from "zod";
import { CustomerRef } from "./accounts.ts";
import { UsdInput } from "./billing.ts";
import { Limit } from "./text.ts";

export const X402PayInput = CustomerRef.extend({
  amount: z.bigint().positive().transform(nanos).optional(),
  /** The header as it came; its length and content are judged where it is read. */
  payment: z.string().optional(),
});

const amount = UsdInput.optional().meta({
  description: "Dollars to buy, whole cents; default: the least that can be bought",
  example: "10",
});
export const TopUpQuery = z.strictObject({ amount });
export const TopUpBody = z.strictObject({ amount, ...CustomerRef.shape }).optional();

export const X402SettlementsInput = z.strictObject({
  customer: z.uuid().optional(),
  limit: Limit,
  cursor: z.uuid().optional(),
});
