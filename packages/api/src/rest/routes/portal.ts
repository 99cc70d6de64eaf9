import { z } from "zod";
import { PortalSessionInput } from "../../inputs/portal.ts";
import { route } from "../route.ts";

export const portalRoutes = [
  route({
    method: "post",
    path: "/api/v1/portal/sessions",
    operationId: "createPortalSession",
    tag: "Customers",
    summary: "Open a customer's billing dashboard without a password",
    description:
      "For service keys with usage:any. The answer's address opens the dashboard of that customer alone, once, within five minutes; the visit lasts an hour. Send the customer's browser there at once, and store it nowhere.",
    auth: "key",
    body: PortalSessionInput,
    example: { customer: "acme", returnUrl: "https://app.example.com/account" },
    noStore: true,
    refusals: [404],
    responses: {
      201: {
        description: "The address",
        schema: z.object({
          success: z.literal(true),
          id: z.uuid(),
          url: z.url(),
          expiresAt: z.iso.datetime(),
        }),
      },
    },
    handle: async ({ caller, customer, body }) => ({
      status: 201,
      body: { success: true, ...(await caller.accounts.createPortalSession({ ...body, customer })) },
    }),
  }),
];
