import { createServer } from "node:http";
import {
  announceEvent,
  createWebhookEndpoint,
  readAcknowledgement,
  rotateWebhookSecret,
} from "@ratebook/billing";
import { OPERATOR } from "@ratebook/billing/testing";
import { inTransaction } from "@ratebook/db";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

type Received = { headers: Record<string, string>; body: string };

let server: TestRatebook;
const received: Received[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ headers, body });
    response.writeHead(200).end("thank you");
  });
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    receiver.listen(0, "127.0.0.1", resolve);
  });
  const address = receiver.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hooks`;
  server = await startTestRatebook({ webhookLoopback: true });
});
afterAll(async () => {
  await server.drop();
  receiver.closeAllConnections();
  await new Promise((resolve) => {
    receiver.close(resolve);
  });
});

const announce = (key: string) =>
  inTransaction(server.ctx.db, (tx) =>
    announceEvent(server.ctx, tx, {
      key,
      kind: "resource.stop_requested",
      customerId: null,
      data: stopOrder(key),
      untilAcknowledged: true,
    }),
  );
const arrived = (key: string) =>
  vi.waitFor(
    () => {
      const found = received.filter(({ body }) => body.includes(key));
      expect(found).not.toHaveLength(0);
      return found;
    },
    { timeout: 60_000, interval: 50 },
  );

test("an event announced in a transaction arrives signed, verified by the public library, and is acknowledged", async () => {
  const made = await createWebhookEndpoint(server.ctx, OPERATOR, { url });
  if (!made.ok) throw new Error(made.error.kind);
  const { eventId } = await announce("stop-1");
  const [message] = await arrived("stop-1");
  const { headers = {}, body = "" } = message ?? {};
  expect(new Webhook(made.value.secret).verify(body, headers)).toMatchObject({
    type: "resource.stop_requested",
  });
  expect(headers["webhook-id"]).toBe(eventId);
  expect(() => new Webhook(made.value.secret).verify(body.replace("stop-1", "stop-2"), headers)).toThrow(
    /No matching signature/,
  );
  await vi.waitFor(
    async () =>
      expect(await readAcknowledgement(server.ctx, "stop-1")).toMatchObject({ state: "acknowledged" }),
    { timeout: 60_000, interval: 50 },
  );

  const rotated = await rotateWebhookSecret(server.ctx, OPERATOR, { id: made.value.id });
  const fresh = rotated.ok ? rotated.value.secret : "";
  await announce("after-rotation");
  const [later] = await arrived("after-rotation");
  for (const secret of [fresh, made.value.secret]) {
    expect(() => new Webhook(secret).verify(later?.body ?? "", later?.headers ?? {})).not.toThrow();
  }
});

test("a server that is not told to allow it sends nothing to this machine", async () => {
  const strict = await startTestRatebook();
  try {
    expect(await createWebhookEndpoint(strict.ctx, OPERATOR, { url })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "url" },
    });
    // One that was made while it was allowed.
    const made = await createWebhookEndpoint({ ...strict.ctx, webhookLoopback: true }, OPERATOR, { url });
    expect(made.ok).toBe(true);
    const before = received.length;
    await inTransaction(strict.ctx.db, (tx) =>
      announceEvent(strict.ctx, tx, {
        key: "strict",
        kind: "price.alarm",
        customerId: null,
        data: { what: "stale", message: "x", subjects: [] },
      }),
    );
    await vi.waitFor(
      async () => {
        const rows = await strict.database.sql`select error from ratebook.webhook_attempt`;
        expect(rows).toEqual([{ error: expect.stringContaining("Only https addresses") }]);
      },
      { timeout: 60_000, interval: 50 },
    );
    expect(received).toHaveLength(before);
  } finally {
    await strict.drop();
  }
});

function stopOrder(
  resourceId: string,
): Parameters<typeof announceEvent<"resource.stop_requested">>[2]["data"] {
  const size = { cpu: 1792, memoryMb: 1792, instances: 1 };
  return {
    intentId: "i1",
    resourceId,
    kind: "container",
    name: "web",
    project: null,
    ...size,
    reason: "credits",
  };
}
