import { z } from "zod";
import { AgentBody, AppBody } from "../../inputs/accounts.ts";
import { ExternalId } from "../../inputs/text.ts";
import { route } from "../route.ts";

const params = z.object({ id: ExternalId });
const named = z.object({ id: z.string(), name: z.string(), customerId: z.uuid() });

export const agentRoutes = [
  route({
    method: "put",
    path: "/api/v1/agents/{id}",
    operationId: "upsertAgent",
    tag: "Agents and apps",
    summary: "Name an agent that usage is reported for",
    description:
      "Agents that usage names without this create themselves, named after their id. Its budget and pause are set by service keys with customers:write and by owners and admins; a hard budget refuses its gates and holds beyond the limit.",
    auth: "key",
    params,
    body: AgentBody,
    example: { name: "Research agent", budget: { period: "day", limit: 5 } },
    responses: {
      200: { description: "The agent", schema: z.object({ success: z.literal(true), agent: named }) },
    },
    handle: async ({ caller, params: { id }, body, customer }) => ({
      status: 200,
      body: { success: true, agent: await caller.accounts.upsertAgent({ ...body, id, customer }) },
    }),
  }),
  route({
    method: "put",
    path: "/api/v1/apps/{id}",
    operationId: "upsertApp",
    tag: "Agents and apps",
    summary: "Name an app that usage is reported for",
    description: "May set its budget and pause, as of an agent.",
    auth: "key",
    params,
    body: AppBody,
    example: { name: "Support desk", slug: "support-desk" },
    responses: {
      200: {
        description: "The app",
        schema: z.object({ success: z.literal(true), app: named.extend({ slug: z.string() }) }),
      },
    },
    handle: async ({ caller, params: { id }, body, customer }) => ({
      status: 200,
      body: { success: true, app: await caller.accounts.upsertApp({ ...body, id, customer }) },
    }),
  }),
];
