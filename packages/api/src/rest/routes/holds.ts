import { formatUsd, nanos } from "@ratebook/core";
import { z } from "zod";
import { ExtendBody, HoldBody, HoldsQuery, ReleaseBody, SettleBody } from "../../inputs/billing.ts";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";
import { KEY_HEADER, keyOf, recordedUsage, requiredKey, wireUsage } from "../usage-wire.ts";

const params = z.object({ id: z.uuid().toLowerCase() });
const placed = z.object({
  success: z.literal(true),
  holdId: z.uuid(),
  status: z.enum(["placed", "replayed"]),
  amount: usdText,
  expiresAt: z.iso.datetime().nullable(),
  balance: usdText,
  available: usdText,
  catalogueVersion: z.number().nullable(),
  policyVersion: z.number().nullable(),
});
const resolved = z.object({
  success: z.literal(true),
  holdId: z.uuid(),
  expiresAt: z.iso.datetime().nullable(),
  balance: usdText,
  available: usdText,
});

export const holdRoutes = [
  route({
    method: "post",
    path: "/api/v1/holds",
    operationId: "placeHold",
    tag: "Holds",
    summary: "Set credits aside before a call",
    description:
      "Name an `amount`, or an offering with `quantities` as a caller expects them. Prices are pinned: the settle is rated with them. A hold expires by itself.",
    auth: "key",
    headers: KEY_HEADER,
    body: HoldBody,
    example: { provider: "openai", model: "gpt-5.2", quantities: { output_tokens: 4000 }, ttlSeconds: 300 },
    noStore: true,
    refusals: [402, 409, 422],
    responses: {
      200: { description: "Placed before under this key", schema: placed },
      201: { description: "Placed", schema: placed },
    },
    handle: async (request) => {
      const { caller, body, customer } = request;
      const hold = await caller.billing.hold({ ...body, customer, idempotencyKey: requiredKey(request) });
      return {
        status: hold.status === "placed" ? 201 : 200,
        body: {
          success: true,
          ...hold,
          amount: formatUsd(hold.amount),
          balance: formatUsd(hold.balance),
          available: formatUsd(hold.available),
        },
      };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/holds",
    operationId: "listHolds",
    tag: "Holds",
    summary: "Open holds, and expired ones that are not settled yet",
    auth: "key",
    query: HoldsQuery,
    noStore: true,
    responses: {
      200: {
        description: "Newest first",
        schema: z.object({
          success: z.literal(true),
          holds: z.array(
            z.looseObject({ holdId: z.uuid(), amount: usdText, state: z.enum(["open", "expired"]) }),
          ),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    handle: async ({ caller, query, customer }) => {
      const { items, nextCursor } = await caller.billing.holds({ ...query, customer });
      const holds = items.map(({ id, amount, ...hold }) => ({
        holdId: id,
        ...hold,
        amount: formatUsd(amount),
      }));
      return { status: 200, body: { success: true, holds, nextCursor } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/holds/{id}/settle",
    operationId: "settleHold",
    tag: "Holds",
    summary: "Debit what the held call cost, and free the rest",
    description:
      "Says how the call ended. By default `completed`, `client_aborted`, `incomplete` and `timeout` cost what is reported; " +
      "`upstream_error` and `no_usage` cost nothing. The operator may decide otherwise; the receipt states it.",
    auth: "key",
    headers: { "Idempotency-Key": { description: "Default: the hold itself, which is settled once" } },
    params,
    body: SettleBody,
    example: { outcome: "completed", quantities: { output_tokens: 1350 } },
    noStore: true,
    refusals: [409, 422],
    responses: {
      200: {
        description: "Settled",
        schema: recordedUsage.extend({ success: z.literal(true), holdId: z.uuid() }),
      },
      202: {
        description: "The usage has no price yet: it is kept, and the hold is free",
        schema: recordedUsage.extend({ success: z.literal(true), holdId: z.uuid() }),
      },
    },
    handle: async (request) => {
      const { caller, body, customer, params } = request;
      const it = await caller.billing.settle({
        ...body,
        customer,
        holdId: params.id,
        idempotencyKey: keyOf(request),
      });
      return {
        status: it.status === "parked" ? 202 : 200,
        body: { success: true, holdId: params.id, ...wireUsage(it) },
      };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/holds/{id}/extend",
    operationId: "extendHold",
    tag: "Holds",
    summary: "Let a hold live longer",
    auth: "key",
    headers: { "Idempotency-Key": { description: "Optional: a later end is never made earlier" } },
    params,
    body: ExtendBody,
    example: { ttlSeconds: 900 },
    noStore: true,
    refusals: [402, 409, 422],
    responses: { 200: { description: "Extended; at most 24 hours after it was placed", schema: resolved } },
    handle: async (request) => {
      const { caller, body, customer, params } = request;
      const extended = await caller.billing.extend({
        ...body,
        customer,
        holdId: params.id,
        idempotencyKey: keyOf(request),
      });
      return { status: 200, body: { success: true, ...wireHold(extended) } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/holds/{id}/release",
    operationId: "releaseHold",
    tag: "Holds",
    summary: "Free a hold without taking anything",
    auth: "key",
    params,
    body: ReleaseBody,
    noStore: true,
    refusals: [409],
    responses: { 200: { description: "Free; repeating it changes nothing", schema: resolved } },
    handle: async ({ caller, customer, params }) => {
      const released = await caller.billing.release({ customer, holdId: params.id });
      return { status: 200, body: { success: true, ...wireHold(released) } };
    },
  }),
];

const wireHold = <T extends { balance: bigint; available: bigint }>({ balance, available, ...hold }: T) => ({
  ...hold,
  balance: formatUsd(nanos(balance)),
  available: formatUsd(nanos(available)),
});
