import { createServer } from "node:http";
import { createKey, createWebhookEndpoint, grantCredits, opId, upsertCustomer } from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type SmtpInbox, startSmtpInbox } from "./testing/smtp-inbox.ts";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

let server: TestRatebook;
let inbox: SmtpInbox;
const received: { headers: Record<string, string>; body: string }[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ headers, body });
    response.end();
  });
});
beforeAll(async () => {
  inbox = await startSmtpInbox();
  await new Promise<void>((resolve) => {
    receiver.listen(0, "127.0.0.1", resolve);
  });
  server = await startTestRatebook({
    webhookLoopback: true,
    mail: { smtpUrl: inbox.url, from: "Ratebook <billing@ratebook.test>" },
  });
});
afterAll(async () => {
  await expectBooksBalance(server.database.sql);
  await server.drop();
  await inbox.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => {
    receiver.close(resolve);
  });
});

test("usage that lets the balance fall below five dollars ends in a mail and a signed webhook, by the server's own jobs", async () => {
  const made = await upsertCustomer(server.ctx, OPERATOR, {
    externalId: "low",
    name: "Low Inc.",
    email: "low@example.test",
  });
  if (!made.ok) throw new Error(made.error.message);
  const { id } = made.value;
  const address = receiver.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
  const endpoint = await createWebhookEndpoint(server.ctx, OPERATOR, {
    customer: id,
    url,
    events: ["balance.low"],
  });
  if (!endpoint.ok) throw new Error(endpoint.error.kind);
  const granted = await grantCredits(server.ctx, OPERATOR, {
    customer: id,
    amount: dollars("6"),
    reason: "test",
    category: "promotional",
    idempotencyKey: "six-dollars",
  });
  if (!granted.ok) throw new Error(granted.error.kind);

  const key = await createKey(server.ctx, OPERATOR, { kind: "service", name: "t", scopes: ["usage:any"] });
  if (!key.ok) throw new Error(key.error.kind);
  const hold = await server.call("/api/v1/holds", {
    method: "POST",
    key: key.value.key,
    body: { customer: "low", amount: "1.5", idempotencyKey: "hold-for-the-fall" },
  });
  expect(hold.status).toBe(201);
  const settled = await server.call(`/api/v1/holds/${String(hold.body.holdId)}/settle`, {
    method: "POST",
    key: key.value.key,
    body: { customer: "low", outcome: "completed", amount: "1.5" },
  });
  expect(settled.status).toBe(200);
  // The hold took what can be spent below five dollars first; the balance followed when it was settled. Whichever the
  // outbox's job met, the clock's round finds what waited.
  await server.ctx.jobs.enqueue("watch-alerts", opId("test", "watch"), {});

  await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 60_000, interval: 100 });
  const { body = "", headers = {} } = received[0] ?? {};
  expect(new Webhook(endpoint.value.secret).verify(body, headers)).toMatchObject({
    type: "balance.low",
    customer: { id, externalId: "low" },
    data: { balance: "4.5", level: "5", percent: null, empty: false },
  });
  await inbox.count(1);
  const raw = inbox.received[0]?.raw ?? "";
  expect(raw).toContain("Subject: Your balance is below $5.00");
  expect(raw).toContain("multipart/alternative");
  expect(inbox.received[0]?.to).toEqual(["low@example.test"]);
});
