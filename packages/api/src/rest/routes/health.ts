import { z } from "zod";
import { route } from "../route.ts";

const checks = z.object({ database: z.boolean(), migrations: z.boolean(), catalogue: z.boolean() });

export const healthRoutes = [
  route({
    method: "get",
    path: "/health",
    operationId: "health",
    tag: "Operations",
    summary: "Whether the process is alive",
    auth: "public",
    noStore: true,
    responses: { 200: { description: "Alive", schema: z.object({ status: z.literal("ok") }) } },
    handle: async () => ({ status: 200, body: { status: "ok" } }),
  }),
  route({
    method: "get",
    path: "/ready",
    operationId: "ready",
    tag: "Operations",
    summary: "Whether the process can serve: database, migrations, prices",
    auth: "public",
    noStore: true,
    responses: {
      200: { description: "Ready", schema: z.object({ status: z.literal("ready"), checks }) },
      503: { description: "Not ready", schema: z.object({ status: z.literal("not_ready"), checks }) },
    },
    handle: async ({ caller }) => {
      const { ready, checks } = await caller.ops.readiness();
      return ready
        ? { status: 200, body: { status: "ready", checks } }
        : { status: 503, body: { status: "not_ready", checks }, headers: { "retry-after": "2" } };
    },
  }),
];
