import { z } from "zod";

// Form fields are texts; these read them as what Stripe's types say they are.

const whole = z
  .string()
  .regex(/^\d{1,12}$/, "Invalid integer")
  .transform(Number);
const flag = z.enum(["true", "false"], "Invalid boolean").transform((text) => text === "true");
const metadata = z.record(z.string().max(40), z.string().max(500));
const expand = z.array(z.string()).optional();

export const field = {
  whole,
  flag,
  metadata,
  expand,
  text: z.string().min(1).max(5000),
  /** 50 cents is the least Stripe takes in dollars; https://docs.stripe.com/currencies, read 2026-11-22. */
  amount: whole.refine((cents) => cents >= 50, "Amount must be at least $0.50 usd"),
  currency: z.literal("usd", "The sandbox knows only usd"),
  url: z.url({ protocol: /^https?$/, error: "Not a valid URL" }),
};

const range = z.strictObject({
  gt: whole.optional(),
  gte: whole.optional(),
  lt: whole.optional(),
  lte: whole.optional(),
});

/** What every list takes. */
export const paging = {
  limit: whole.refine((count) => count >= 1 && count <= 100, "Between 1 and 100").optional(),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  created: z.union([range, whole]).optional(),
  expand,
};

export type Paging = {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?: z.output<typeof range> | number | undefined;
};
