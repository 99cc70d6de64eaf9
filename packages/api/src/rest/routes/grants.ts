import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { GrantBody } from "../../inputs/billing.ts";
import { ExternalId } from "../../inputs/text.ts";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";
import { KEY_HEADER, requiredKey } from "../usage-wire.ts";

const params = z.object({ externalId: ExternalId });
const granted = z.object({
  success: z.literal(true),
  id: z.uuid(),
  status: z.enum(["granted", "replayed"]),
  balance: usdText,
  available: usdText,
  debt: usdText,
});

export const grantRoutes = [
  route({
    method: "post",
    path: "/api/v1/customers/{externalId}/grants",
    operationId: "grantCredits",
    tag: "Customers",
    summary: "Give a customer credits nobody paid for",
    description: "For service keys with customers:write. The reason is kept in the audit log.",
    auth: "key",
    headers: KEY_HEADER,
    params,
    body: GrantBody,
    example: {
      amount: "5.00",
      reason: "Welcome",
      category: "promotional",
      expiresAt: "2027-01-01T00:00:00Z",
    },
    noStore: true,
    refusals: [422],
    responses: {
      200: { description: "Granted before under this key", schema: granted },
      201: { description: "Granted", schema: granted },
    },
    handle: async (request) => {
      const { caller, body, params } = request;
      const grant = await caller.billing.grant({
        ...body,
        customer: params.externalId,
        idempotencyKey: requiredKey(request),
      });
      return {
        status: grant.status === "granted" ? 201 : 200,
        body: {
          success: true,
          ...grant,
          balance: formatUsd(grant.balance),
          available: formatUsd(grant.available),
          debt: formatUsd(grant.debt),
        },
      };
    },
  }),
];
