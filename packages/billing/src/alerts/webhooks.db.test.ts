import { must } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { tidyUp } from "../ops/tidy-up.ts";
import type { WebhookAnswer, WebhookTransport } from "../ports.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { type Announcement, announceEvent } from "./announce-event.ts";
import { changeWebhookEndpoint } from "./change-webhook-endpoint.ts";
import { createWebhookEndpoint } from "./create-webhook-endpoint.ts";
import type { EventData, EventKind } from "./event-kinds.ts";
import { getWebhookDelivery, listWebhookDeliveries } from "./list-webhook-deliveries.ts";
import { listWebhookEndpoints } from "./list-webhook-endpoints.ts";
import { readAcknowledgement } from "./read-acknowledgement.ts";
import { replayDelivery, replayWindow } from "./replay-webhooks.ts";
import { rotateWebhookSecret } from "./rotate-webhook-secret.ts";
import { sendDueWebhooks } from "./send-due-webhooks.ts";
import { sendTestEvent } from "./send-test-event.ts";
import { withdrawEvents } from "./withdraw-event.ts";

type Sent = Parameters<WebhookTransport["deliver"]>[0];

let database: TestDatabase;
let fixture: UsageFixture;
let sent: Sent[];
let answers: (message: Sent) => WebhookAnswer;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});
beforeEach(async () => {
  await database.sql`update ratebook.webhook_endpoint set state = 'removed', disabled_because = null`;
  await database.sql`update ratebook.webhook_delivery set state = 'failed', due_at = null`;
  await database.sql`update ratebook.webhook_event set acknowledged_at = now()`;
  sent = [];
  fixture.mails.length = 0;
  // Nothing a test announced falls into another's window.
  fixture.prices.advance(60_000);
  answers = () => answered(200);
});

const answered = (status: number, excerpt = ""): WebhookAnswer => ({
  kind: "answered",
  status,
  excerpt,
  retryAfterSeconds: null,
});
const send = () =>
  sendDueWebhooks(fixture.ctx, {
    deliver: async (message) => {
      sent.push(message);
      return answers(message);
    },
  });
const announce = <K extends EventKind>(event: Announcement<K>) =>
  inTransaction(fixture.ctx.db, (tx) => announceEvent(fixture.ctx, tx, event));
const alarmEvent = (key: string): Announcement<"price.alarm"> => ({
  key,
  kind: "price.alarm",
  customerId: null,
  data: { what: "stale", message: "Prices are stale.", subjects: ["openai/gpt-5.2"] },
});

async function endpoint(actor: Actor, url: string, more: { customer?: string; events?: EventKind[] } = {}) {
  const made = await createWebhookEndpoint(fixture.ctx, actor, { url, ...more });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}
async function deliveries(actor: Actor, input: { customer?: string; endpointId?: string } = {}) {
  const listed = await listWebhookDeliveries(fixture.ctx, actor, { limit: 100, ...input });
  if (!listed.ok) throw new Error(JSON.stringify(listed.error));
  return listed.value.items;
}
const owner = (customerId: string): Actor => ({ kind: "member", userId: "u", customerId, role: "owner" });

describe("who is told what", () => {
  test("a customer's event reaches its endpoints and the platform's, nobody else's, and a platform event none of theirs", async () => {
    const [ada, bob] = [await fixture.customer("ada"), await fixture.customer("bob")];
    const ofAda = await endpoint(owner(ada.id), "https://ada.example/hooks");
    await endpoint(owner(bob.id), "https://bob.example/hooks");
    await endpoint(OPERATOR, "https://platform.example/hooks");
    const test_ = await sendTestEvent(fixture.ctx, owner(ada.id), { id: ofAda.id });
    expect(test_.ok).toBe(true);
    await announce(alarmEvent("stale-1"));
    await announce({
      key: "stop-1",
      kind: "resource.stop_requested",
      customerId: ada.id,
      data: stopOrder("r1"),
    });
    await send();
    const told = sent.map(({ url, body }) => `${new URL(url).host} ${JSON.parse(body).type}`).sort();
    expect(told).toEqual([
      "ada.example webhook.test",
      "platform.example price.alarm",
      "platform.example resource.stop_requested",
    ]);
    const stop = must(
      sent.find(({ body }) => body.includes("stop_requested")),
      "it was sent",
    );
    expect(JSON.parse(stop.body)).toEqual({
      type: "resource.stop_requested",
      timestamp: fixture.ctx.clock().toISOString(),
      customer: { id: ada.id, externalId: "ada" },
      data: stopOrder("r1"),
    });
  });

  test("an endpoint that asked for some kinds is told those alone", async () => {
    await endpoint(OPERATOR, "https://picky.example/", { events: ["resource.stop_requested"] });
    await announce(alarmEvent("picky"));
    expect(await send()).toEqual({ delivered: 0, failed: 0, more: false });
  });

  test("a key announces once, and what rolls back was never announced", async () => {
    await endpoint(OPERATOR, "https://platform.example/");
    const first = await announce(alarmEvent("once"));
    expect(await announce(alarmEvent("once"))).toEqual({ eventId: first.eventId, announced: false });
    const failing = inTransaction(fixture.ctx.db, async (tx) => {
      await announceEvent(fixture.ctx, tx, alarmEvent("rolled back"));
      throw new Error("the work fails");
    });
    await expect(failing).rejects.toThrow("the work fails");
    expect(await send()).toEqual({ delivered: 1, failed: 0, more: false });
    expect(await readAcknowledgement(fixture.ctx, "rolled back")).toEqual({ state: "unknown" });
  });

  test("members look, owners change, and nobody sees another organization's", async () => {
    const [ada, bob] = [await fixture.customer("eve"), await fixture.customer("mallory")];
    const made = await endpoint(owner(ada.id), "https://ada.example/");
    const member: Actor = { kind: "member", userId: "m", customerId: ada.id, role: "member" };
    const listed = await listWebhookEndpoints(fixture.ctx, member, {});
    expect(listed.ok && listed.value.map(({ id }) => id)).toEqual([made.id]);
    expect(JSON.stringify(listed)).not.toContain("whsec_");
    const denied = { ok: false, error: { kind: "access_denied" } };
    const url = "https://x.example/";
    expect(await createWebhookEndpoint(fixture.ctx, member, { url })).toMatchObject(denied);
    expect(await createWebhookEndpoint(fixture.ctx, ada.key, { url })).toMatchObject(denied);
    expect(await listWebhookEndpoints(fixture.ctx, owner(bob.id), { customer: ada.id })).toMatchObject(
      denied,
    );
    const missing = { ok: false, error: { kind: "webhook_not_found" } };
    for (const change of [
      changeWebhookEndpoint(fixture.ctx, owner(bob.id), { id: made.id, state: "removed" }),
      rotateWebhookSecret(fixture.ctx, owner(bob.id), { id: made.id }),
      sendTestEvent(fixture.ctx, owner(bob.id), { id: made.id }),
      replayWindow(fixture.ctx, owner(bob.id), { endpointId: made.id, from: new Date(0), to: new Date(1) }),
    ]) {
      expect(await change).toMatchObject(missing);
    }
    const service = await createWebhookEndpoint(fixture.ctx, SERVICE, { url, customer: "mallory" });
    expect(service).toMatchObject({ ok: true, value: { customerId: bob.id } });
  });

  test.each([
    ["not an address", "nonsense"],
    ["plain http", "http://example.com/"],
    ["this machine", "https://127.0.0.1/"],
    ["a password", "https://a:b@example.com/"],
    ["a fragment", "https://example.com/#x"],
  ])("%s is refused as an address by name", async (_name, url) => {
    expect(await createWebhookEndpoint(fixture.ctx, OPERATOR, { url })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "url" },
    });
  });

  test("a customer cannot subscribe to what is the platform's alone, nor have a 21st endpoint", async () => {
    const { id } = await fixture.customer("limits");
    const url = "https://limits.example/";
    expect(
      await createWebhookEndpoint(fixture.ctx, owner(id), { url, events: ["price.alarm"] }),
    ).toMatchObject({ ok: false, error: { field: "events" } });
    for (let n = 0; n < 20; n += 1) await endpoint(owner(id), `${url}${n}`);
    expect(await createWebhookEndpoint(fixture.ctx, owner(id), { url })).toMatchObject({
      ok: false,
      error: { kind: "validation_error" },
    });
  });
});

describe("trying again", () => {
  test("a failing delivery is tried 11 times over three days, each answer kept as text, and then given up", async () => {
    const { id: endpointId } = await endpoint(OPERATOR, "https://down.example/");
    answers = () => answered(500, "<script>alert(1)</script>");
    await announce(alarmEvent("down"));
    let tries = 0;
    for (let hours = 0; hours < 90; hours += 1) {
      tries += (await send()).failed;
      fixture.prices.advance(HOUR_MS);
    }
    // 30 s, 2 min, 10 min and 30 min all fall into the first hour's step: the clock moves by whole hours here.
    expect(tries).toBe(11);
    const [delivery] = await deliveries(OPERATOR, { endpointId });
    expect(delivery).toMatchObject({ state: "failed", attempts: 11, dueAt: null, lastStatus: 500 });
    const detail = await getWebhookDelivery(fixture.ctx, OPERATOR, { id: must(delivery, "listed").id });
    expect(detail.ok && detail.value.tries).toHaveLength(11);
    expect(detail.ok && detail.value.tries[0]?.excerpt).toBe("<script>alert(1)</script>");
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  });

  test("not before its time, later where the server asks for it, and a success ends it", async () => {
    const { id: endpointId } = await endpoint(OPERATOR, "https://busy.example/");
    answers = () => ({ kind: "answered", status: 503, excerpt: "", retryAfterSeconds: 300 });
    await announce(alarmEvent("busy"));
    expect((await send()).failed).toBe(1);
    fixture.prices.advance(299_000);
    expect(await send()).toEqual({ delivered: 0, failed: 0, more: false });
    fixture.prices.advance(1_000);
    answers = () => answered(204);
    expect((await send()).delivered).toBe(1);
    const [delivery] = await deliveries(OPERATOR, { endpointId });
    expect(delivery).toMatchObject({ state: "delivered", attempts: 2, dueAt: null });
  });

  test("twenty processes at once send each delivery once", async () => {
    await endpoint(OPERATOR, "https://many.example/");
    for (let n = 0; n < 30; n += 1) await announce(alarmEvent(`many-${n}`));
    const rounds = await Promise.all(Array.from({ length: 20 }, send));
    expect(rounds.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(30);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(30);
    expect(sent).toHaveLength(30);
  });

  test("five days of failures disable an endpoint, tell its owner, the operators and the platform, and keep what waits", async () => {
    const { id } = await fixture.customer("failing");
    await database.sql`update ratebook.customer set email = 'ada@failing.example' where id = ${id}`;
    await database.sql`
      insert into ratebook."user" (id, name, email, email_verified, role) values
      (${fixture.ctx.newId()}, 'Op', 'op@platform.example', true, 'operator') on conflict do nothing`;
    const failing = await endpoint(owner(id), "https://failing.example/hooks");
    const platform = await endpoint(OPERATOR, "https://platform.example/");
    answers = ({ url }) =>
      url.includes("failing") ? { kind: "unreachable", message: "refused" } : answered(200);
    for (let day = 0; day <= 5; day += 1) {
      await sendTestEvent(fixture.ctx, owner(id), { id: failing.id });
      await send();
      fixture.prices.advance(24 * HOUR_MS);
    }
    const listed = await listWebhookEndpoints(fixture.ctx, owner(id), {});
    expect(listed.ok && listed.value[0]).toMatchObject({ state: "disabled", disabledBecause: "failing" });
    await send();
    const alarms = sent.filter(({ body }) => body.includes("webhook.endpoint_disabled"));
    expect(alarms.map(({ url }) => url)).toEqual([platform.url]);
    expect(fixture.mails.map(({ to }) => to).sort()).toEqual(["ada@failing.example", "op@platform.example"]);
    const before = sent.length;
    fixture.prices.advance(30 * 24 * HOUR_MS);
    await send();
    expect(sent).toHaveLength(before);
    // Switched on again it gets what waited.
    answers = () => answered(200);
    await changeWebhookEndpoint(fixture.ctx, owner(id), { id: failing.id, state: "active" });
    expect((await send()).delivered).toBeGreaterThan(0);
  });

  test("an endpoint that answers 410 is told nothing more", async () => {
    const gone = await endpoint(OPERATOR, "https://gone.example/");
    answers = () => answered(410);
    await announce(alarmEvent("gone"));
    await send();
    const listed = await listWebhookEndpoints(fixture.ctx, OPERATOR, {});
    const shown = listed.ok ? listed.value.find(({ id }) => id === gone.id) : null;
    expect(shown).toMatchObject({ state: "disabled", disabledBecause: "gone" });
  });
});

describe("acknowledgement", () => {
  const stop = (key: string): Announcement<"resource.stop_requested"> => ({
    key,
    kind: "resource.stop_requested",
    customerId: null,
    data: stopOrder(key),
    untilAcknowledged: true,
  });

  test("an event that must be acknowledged is repeated hourly without end, and its 2xx can be read", async () => {
    await endpoint(OPERATOR, "https://platform.example/");
    answers = () => answered(500);
    await announce(stop("stop-a"));
    // Four days: beyond the 11 tries of other events, short of the five at which an endpoint is disabled.
    for (let hour = 0; hour < 96; hour += 1) {
      await send();
      fixture.prices.advance(HOUR_MS);
    }
    expect(sent).toHaveLength(96);
    expect(await readAcknowledgement(fixture.ctx, "stop-a")).toMatchObject({
      state: "waiting",
      endpoints: 1,
    });
    answers = () => answered(200);
    await send();
    expect(await readAcknowledgement(fixture.ctx, "stop-a")).toMatchObject({
      state: "acknowledged",
      at: fixture.ctx.clock(),
    });
  });

  test("it reaches an endpoint that is created only afterwards, until it is acknowledged", async () => {
    await announce(stop("stop-b"));
    expect(await readAcknowledgement(fixture.ctx, "stop-b")).toMatchObject({
      state: "waiting",
      endpoints: 0,
    });
    await endpoint(OPERATOR, "https://late.example/");
    expect((await send()).delivered).toBe(1);
    await endpoint(OPERATOR, "https://later.example/");
    expect((await send()).delivered).toBe(0);
  });

  test("a customer's endpoint acknowledges nothing for the platform", async () => {
    const { id } = await fixture.customer("no-ack");
    const made = await endpoint(owner(id), "https://no-ack.example/");
    const tested = await sendTestEvent(fixture.ctx, owner(id), { id: made.id });
    await send();
    const [row] = await database.sql`
      select acknowledged_at from ratebook.webhook_event where id = ${tested.ok ? tested.value.eventId : ""}`;
    expect(row).toEqual({ acknowledged_at: null });
  });
});

describe("secrets", () => {
  test("a secret is shown once, sealed in the database, and overlaps with the next one for a day", async () => {
    const made = await endpoint(OPERATOR, "https://secret.example/");
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const [row] = await database.sql`select secret from ratebook.webhook_endpoint where id = ${made.id}`;
    expect(row?.secret).not.toContain(made.secret.slice(6));
    const rotated = await rotateWebhookSecret(fixture.ctx, OPERATOR, { id: made.id });
    const second = rotated.ok ? rotated.value.secret : "";
    await announce(alarmEvent("rotating"));
    await send();
    expect(sent[0]?.secrets).toEqual([second, made.secret]);
    fixture.prices.advance(24 * HOUR_MS);
    await announce(alarmEvent("rotated"));
    await send();
    expect(sent[1]?.secrets).toEqual([second]);
    expect(JSON.stringify(await database.sql`select * from ratebook.audit_entry`)).not.toContain("whsec_");
  });

  test("a secret sealed under another server secret fails with a sentence that says what to do", async () => {
    const { id: endpointId } = await endpoint(OPERATOR, "https://moved.example/");
    await announce(alarmEvent("moved"));
    const moved = { ...fixture.ctx, secret: new Uint8Array(32).fill(7) };
    const deliver = () => Promise.reject(new Error("nothing may be sent"));
    expect((await sendDueWebhooks(moved, { deliver })).failed).toBe(1);
    expect((await deliveries(OPERATOR, { endpointId }))[0]?.lastError).toContain("rotate it");
  });
});

describe("replay", () => {
  test("one delivery is sent again under its own id, also when it arrived", async () => {
    const { id: endpointId } = await endpoint(OPERATOR, "https://again.example/");
    await announce(alarmEvent("again"));
    await send();
    const [delivery] = await deliveries(OPERATOR, { endpointId });
    const again = await replayDelivery(fixture.ctx, OPERATOR, { id: must(delivery, "sent").id });
    expect(again).toEqual({ ok: true, value: { replayed: 1 } });
    await send();
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ id: sent[0]?.id, body: sent[0]?.body });
  });

  test("a window sends what failed and what was missed, and what arrived only on request", async () => {
    const { id } = await fixture.customer("window");
    const from = fixture.ctx.clock();
    const made = await endpoint(OPERATOR, "https://window.example/");
    await announce(alarmEvent("arrived"));
    await send();
    await changeWebhookEndpoint(fixture.ctx, OPERATOR, { id: made.id, state: "disabled" });
    await announce({ ...alarmEvent("missed"), customerId: id });
    const window = { endpointId: made.id, from, to: new Date(fixture.ctx.clock().getTime() + 1) };
    expect(await replayWindow(fixture.ctx, OPERATOR, window)).toMatchObject({
      error: { field: "endpointId" },
    });
    await changeWebhookEndpoint(fixture.ctx, OPERATOR, { id: made.id, state: "active" });
    expect(await replayWindow(fixture.ctx, OPERATOR, window)).toEqual({ ok: true, value: { replayed: 1 } });
    expect((await send()).delivered).toBe(1);
    const all = await replayWindow(fixture.ctx, OPERATOR, { ...window, delivered: true });
    expect(all).toEqual({ ok: true, value: { replayed: 2 } });
    expect(await replayWindow(fixture.ctx, OPERATOR, { ...window, to: from })).toMatchObject({
      error: { kind: "validation_error", field: "to" },
    });
  });

  test("what was withdrawn is replayed neither alone nor in a window: nobody is told to stop what was paid meanwhile", async () => {
    const from = fixture.ctx.clock();
    const { id: endpointId } = await endpoint(OPERATOR, "https://withdrawn.example/");
    await announce({ ...alarmEvent("withdrawn"), untilAcknowledged: true });
    await inTransaction(fixture.ctx.db, (tx) => withdrawEvents(tx, ["withdrawn", "never announced"]));
    expect(await send()).toEqual({ delivered: 0, failed: 0, more: false });
    const window = { endpointId, from, to: new Date(from.getTime() + 1), delivered: true };
    expect(await replayWindow(fixture.ctx, OPERATOR, window)).toEqual({ ok: true, value: { replayed: 0 } });
    const [delivery] = await deliveries(OPERATOR, { endpointId });
    expect(await replayDelivery(fixture.ctx, OPERATOR, { id: must(delivery, "kept").id })).toMatchObject({
      error: { kind: "validation_error", field: "id" },
    });
    // One who comes to listen later is not told either.
    await endpoint(OPERATOR, "https://later.example/");
    expect(await send()).toEqual({ delivered: 0, failed: 0, more: false });
  });

  test("after 30 days an event is forgotten with its deliveries, except one that still waits", async () => {
    await endpoint(OPERATOR, "https://old.example/");
    await announce(alarmEvent("old"));
    await send();
    answers = () => answered(500);
    await announce({ ...alarmEvent("old and waiting"), untilAcknowledged: true });
    await send();
    fixture.prices.advance(31 * 24 * HOUR_MS);
    await tidyUp(fixture.ctx);
    const left = await database.sql<{ key: string }[]>`select key from ratebook.webhook_event`;
    expect(left.map(({ key }) => key)).toEqual(["old and waiting"]);
    const [rows] = await database.sql`
      select (select count(*)::int from ratebook.webhook_delivery) as deliveries,
        (select count(*)::int from ratebook.webhook_attempt) as tries`;
    expect(rows).toEqual({ deliveries: 1, tries: 0 });
    // A key is used up only while it is remembered.
    expect((await announce(alarmEvent("old"))).announced).toBe(true);
  });

  test("lists page through failed ones first and end", async () => {
    const made = await endpoint(OPERATOR, "https://pages.example/");
    answers = ({ body }) => (body.includes("bad") ? answered(410) : answered(200));
    for (const key of ["good-1", "good-2"])
      await announce({ ...alarmEvent(key), data: { what: key, message: "", subjects: [] } });
    await send();
    await announce({ ...alarmEvent("bad-1"), data: { what: "bad", message: "", subjects: [] } });
    await send();
    const states: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listWebhookDeliveries(fixture.ctx, OPERATOR, {
        endpointId: made.id,
        limit: 1,
        cursor,
      });
      if (!page.ok) throw new Error(page.error.kind);
      states.push(...page.value.items.map(({ state }) => state));
      cursor = page.value.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(states).toEqual(["pending", "delivered", "delivered"]);
    expect(await listWebhookDeliveries(fixture.ctx, OPERATOR, { limit: 1, cursor: "x" })).toMatchObject({
      error: { field: "cursor" },
    });
  });
});

const HOUR_MS = 3_600_000;

function stopOrder(resourceId: string): EventData["resource.stop_requested"] {
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
