import type { Receipt, ReceiptLine } from "@ratebook/billing";
import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";

const rate = z
  .looseObject({
    rateId: z.uuid(),
    meter: z.string(),
    usd: z.string(),
    per: z.number(),
    when: z.record(z.string(), z.unknown()),
    source: z.string(),
    sha256: z.string().meta({ description: "Of the source document the rate was read from" }),
    where: z.string().nullable().meta({ description: "Its place in that document" }),
    openedVersion: z.number(),
  })
  .meta({ id: "ReceiptRate" });
const line = z.looseObject({ kind: z.string(), amount: usdText, rate: rate.optional() });
const receipt = z.looseObject({
  id: z.uuid(),
  customerId: z.uuid(),
  state: z.enum(["rated", "parked"]),
  offering: z.string().nullable(),
  pools: z.record(z.string(), z.string()),
  lines: z.array(line),
  amount: usdText,
  rounding: z.string(),
  versions: z.object({
    catalogue: z.number().nullable(),
    policy: z.number().nullable(),
    contract: z.string().nullable(),
  }),
  contract: z
    .looseObject({
      contract: z.string(),
      priceLock: z
        .object({
          catalogueVersion: z.int(),
          until: z.iso.datetime(),
          applied: z.boolean(),
          because: z.string(),
        })
        .nullable(),
      discountsPassedOver: z.array(z.object({ id: z.string(), because: z.string() })),
    })
    .nullable()
    .meta({ description: "The contract it was priced under, and what of it took no part, and why" }),
  entry: z.looseObject({ seq: z.string(), kind: z.string(), amount: usdText, balanceAfter: usdText }),
  paidBy: z.array(z.object({ grantId: z.uuid(), category: z.string(), source: z.string(), amount: usdText })),
  provisional: usdText.meta({ description: "Of the amount, what is not attributed to grants yet" }),
});

export const receiptRoutes = [
  route({
    method: "get",
    path: "/api/v1/receipts/{id}",
    operationId: "getReceipt",
    tag: "Usage",
    summary: "Everything needed to recompute what one event cost",
    auth: "key",
    params: z.object({ id: z.uuid().toLowerCase() }),
    noStore: true,
    responses: {
      200: { description: "The receipt", schema: z.object({ success: z.literal(true), receipt }) },
    },
    handle: async ({ caller, params, customer }) => ({
      status: 200,
      body: {
        success: true,
        receipt: wireReceipt(await caller.billing.receipt({ id: params.id, customer })),
      },
    }),
  }),
];

function wireReceipt({ lines, entry, paidBy, ...it }: Receipt): Record<string, unknown> {
  return {
    ...it,
    amount: formatUsd(it.amount),
    upstream: formatUsd(it.upstream),
    provisional: formatUsd(it.provisional),
    reversed: formatUsd(it.reversed),
    lines: lines.map(wireLine),
    paidBy: paidBy.map((paid) => ({ ...paid, amount: formatUsd(paid.amount) })),
    entry: {
      ...entry,
      seq: entry.seq.toString(),
      amount: formatUsd(entry.amount),
      debtIncurred: formatUsd(entry.debtIncurred),
      heldDelta: formatUsd(entry.heldDelta),
      balanceAfter: formatUsd(entry.balanceAfter),
      heldAfter: formatUsd(entry.heldAfter),
      debtAfter: formatUsd(entry.debtAfter),
    },
  };
}

const wireLine = (it: ReceiptLine): Record<string, unknown> =>
  it.kind === "usage"
    ? { ...it, amount: formatUsd(it.amount), upstream: formatUsd(it.upstream) }
    : it.kind === "volume"
      ? { ...it, amount: formatUsd(it.amount), gross: formatUsd(it.gross), room: formatUsd(it.room) }
      : { ...it, amount: formatUsd(it.amount) };
