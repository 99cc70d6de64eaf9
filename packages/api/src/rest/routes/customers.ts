import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { CustomerBody } from "../../inputs/accounts.ts";
import { ExternalId } from "../../inputs/text.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber, usdText } from "../money-schema.ts";
import { route } from "../route.ts";

const params = z.object({ externalId: ExternalId });
const customer = z.object({
  id: z.uuid(),
  externalId: z.string().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
});

export const customerRoutes = [
  route({
    method: "put",
    path: "/api/v1/customers/{externalId}",
    operationId: "upsertCustomer",
    tag: "Customers",
    summary: "Create a customer, with a wallet, or change its details",
    description: "For service keys with customers:write. Repeating it changes nothing.",
    auth: "key",
    params,
    body: CustomerBody,
    example: { name: "Acme Inc.", email: "billing@acme.example", metadata: { plan: "team" } },
    responses: {
      200: {
        description: "The customer as it is now",
        schema: z.object({ success: z.literal(true), customer }),
      },
      201: { description: "Created", schema: z.object({ success: z.literal(true), customer }) },
    },
    handle: async ({ caller, params: { externalId }, body }) => {
      const { created, ...row } = await caller.accounts.upsertCustomer({ ...body, externalId });
      return { status: created ? 201 : 200, body: { success: true, customer: row } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/customers/{externalId}",
    operationId: "getCustomer",
    tag: "Customers",
    summary: "Read a customer and what it has",
    auth: "key",
    params,
    noStore: true,
    responses: {
      200: {
        description: "The customer",
        schema: z.object({
          success: z.literal(true),
          customer: customer.extend({
            balance: usdText,
            available: usdText,
            held: usdText,
            debt: usdText,
            status: z.enum(["active", "suspended"]),
          }),
        }),
      },
    },
    handle: async ({ caller, params: { externalId } }) => {
      const { balance, available, held, debt, ...row } = await caller.accounts.customer({
        customer: externalId,
      });
      const amounts = {
        balance: formatUsd(balance),
        available: formatUsd(available),
        held: formatUsd(held),
        debt: formatUsd(debt),
      };
      return { status: 200, body: { success: true, customer: { ...row, ...amounts } } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/customers/{externalId}/balance",
    operationId: "getCustomerBalance",
    tag: "Customers",
    summary: "Read a customer's balance",
    auth: "key",
    params,
    noStore: true,
    responses: {
      200: {
        description: "Balance, what of it can be spent, and what open holds keep",
        schema: z.object({
          success: z.literal(true),
          balance: usdNumber,
          available: usdNumber,
          pending: usdNumber,
        }),
      },
    },
    handle: async ({ caller, params: { externalId } }) => {
      const { balance, available, held } = await caller.accounts.customer({ customer: externalId });
      return {
        status: 200,
        body: {
          success: true,
          balance: exactNumber(balance),
          available: exactNumber(available),
          pending: exactNumber(held),
        },
      };
    },
  }),
];
