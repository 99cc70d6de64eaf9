import { createQueueingMailer, listMails, retryMail, sendDueMails } from "@ratebook/billing";
import { expectBooksBalance, OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SmtpInbox, startSmtpInbox } from "../testing/smtp-inbox.ts";
import { startTestRatebook } from "../testing/start-test-server.ts";
import { createSmtpTransport } from "./create-smtp-transport.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let inbox: SmtpInbox;
let transport: ReturnType<typeof createSmtpTransport>;
const enqueued: string[] = [];
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  inbox = await startSmtpInbox();
  transport = createSmtpTransport({ url: inbox.url, from: "Ratebook <billing@ratebook.test>" });
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  transport.close();
  await inbox.close();
  await fixture.close();
  await database.drop();
});

const write = (key: string, to = "ada@example.test") =>
  createQueueingMailer({
    ...fixture.ctx,
    jobs: {
      ...fixture.ctx.jobs,
      enqueue: async (name, id) => {
        enqueued.push(`${name} ${id}`);
        return true;
      },
    },
  }).send({ key, to, template: "test", subject: `About ${key}`, text: "Hello.\n.\nStill hello." });

async function kept(subject: string) {
  const listed = await listMails(fixture.ctx, OPERATOR, { limit: 100 });
  if (!listed.ok) throw new Error(listed.error.kind);
  return must(
    listed.value.items.find((mail) => mail.subject === subject),
    "the mail was kept",
  );
}

test("a mail is sent once per key, whole, and then says so", async () => {
  await write("first");
  await write("first");
  expect(enqueued).toHaveLength(1);
  const rounds = await Promise.all([
    sendDueMails(fixture.ctx, transport),
    sendDueMails(fixture.ctx, transport),
  ]);
  expect(rounds.reduce((sum, { sent }) => sum + sent, 0)).toBe(1);
  expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 0, failed: 0 });
  const mail = await kept("About first");
  expect(mail).toMatchObject({ state: "sent", error: null, attempts: 1, dueAt: null });
  expect(mail.sentAt).toEqual(fixture.ctx.clock());
  const [got, ...more] = inbox.received;
  expect(more).toEqual([]);
  expect(got).toMatchObject({ from: "billing@ratebook.test", to: ["ada@example.test"] });
  expect(got?.raw).toContain("Subject: About first");
  expect(got?.raw).toContain(`Message-ID: <${mail.id}@ratebook>`);
  expect(got?.raw).toContain("Hello.\r\n.\r\nStill hello.");
});

test("a refused mail shows the server's words, is tried again later, and given up in the end", async () => {
  await write("refused", "nobody@example.test");
  inbox.refuse("5.1.1 nobody lives here");
  expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 0, failed: 1 });
  const failed = await kept("About refused");
  expect(failed).toMatchObject({ state: "failed", attempts: 1, sentAt: null });
  expect(failed.error).toContain("nobody lives here");
  // Not before its time.
  expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 0, failed: 0 });
  for (let attempt = 2; attempt <= 8; attempt += 1) {
    fixture.prices.advance(DAY_MS);
    expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 0, failed: 1 });
  }
  expect(await kept("About refused")).toMatchObject({ state: "failed", attempts: 8, dueAt: null });
  fixture.prices.advance(DAY_MS);
  inbox.refuse(null);
  expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 0, failed: 0 });
});

test("a mail that was given up is listed first, and tried again when an operator asks", async () => {
  const listed = await listMails(fixture.ctx, OPERATOR, { limit: 1 });
  const mail = must(listed.ok ? listed.value.items[0] : null, "a failed one is there");
  expect(mail).toMatchObject({ subject: "About refused", state: "failed", dueAt: null });
  const next = await listMails(fixture.ctx, OPERATOR, {
    limit: 100,
    cursor: (listed.ok ? listed.value.nextCursor : null) ?? undefined,
  });
  expect(next.ok && next.value.items.every(({ state }) => state !== "failed")).toBe(true);
  expect(await retryMail(fixture.ctx, OPERATOR, { id: mail.id })).toEqual({
    ok: true,
    value: { retried: true },
  });
  expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 1, failed: 0 });
  expect(await retryMail(fixture.ctx, OPERATOR, { id: mail.id })).toEqual({
    ok: true,
    value: { retried: false },
  });
  const unknown = fixture.ctx.newId();
  expect(await retryMail(fixture.ctx, OPERATOR, { id: unknown })).toMatchObject({
    error: { kind: "mail_not_found" },
  });
});

test("a mail with HTML arrives as both, and the text alone where there is none", async () => {
  await createQueueingMailer(fixture.ctx).send({
    key: "html",
    to: "ada@example.test",
    template: "test",
    subject: "About html",
    text: "Plain words.",
    html: "<p>Rich words.</p>",
  });
  const before = inbox.received.length;
  await sendDueMails(fixture.ctx, transport);
  const raw = must(inbox.received[before], "it was taken").raw;
  expect(raw).toContain("multipart/alternative");
  expect(raw).toContain("Plain words.");
  expect(raw).toContain("<p>Rich words.</p>");
});

test("a mail that failed once arrives when the server takes it again", async () => {
  await write("second-try");
  inbox.refuse("4.2.0 full");
  await sendDueMails(fixture.ctx, transport);
  inbox.refuse(null);
  fixture.prices.advance(DAY_MS);
  expect(await sendDueMails(fixture.ctx, transport)).toEqual({ sent: 1, failed: 0 });
  expect(await kept("About second-try")).toMatchObject({ state: "sent", attempts: 2, error: null });
});

test("no mail server at all is a failure that says so, not a crash", async () => {
  const gone = await startSmtpInbox();
  await gone.close();
  const nowhere = createSmtpTransport({ url: gone.url, from: "billing@ratebook.test" });
  const answer = await nowhere.deliver({
    id: "x",
    to: "ada@example.test",
    subject: "x",
    text: "x",
    html: null,
  });
  nowhere.close();
  expect(answer).toMatchObject({ ok: false, error: { kind: "not_delivered" } });
});

test("an address cannot name a second recipient, nor a subject another header", async () => {
  const before = inbox.received.length;
  await transport.deliver({
    id: "one",
    to: "ada@example.test",
    subject: "Hi\r\nBcc: eve@example.test",
    text: "x",
    html: null,
  });
  const mail = must(inbox.received[before], "it was taken");
  expect(mail.to).toEqual(["ada@example.test"]);
  expect(mail.raw).not.toMatch(/^Bcc:/m);
  const two = await transport.deliver({
    id: "two",
    to: "ada@example.test, eve@example.test",
    subject: "x",
    text: "x",
    html: null,
  });
  const recipients = inbox.received.slice(before + 1).flatMap(({ to }) => to);
  expect({ two: two.ok, recipients }).toEqual({ two: false, recipients: [] });
});

test("a server with a mail server sends what its verbs write; one without keeps it", async () => {
  const mail = { key: "whole", to: "ada@example.test", template: "test", subject: "Whole", text: "x" };
  const sending = await startTestRatebook({ mail: { smtpUrl: inbox.url, from: "billing@ratebook.test" } });
  const keeping = await startTestRatebook();
  try {
    const before = inbox.received.length;
    await keeping.ctx.mailer.send(mail);
    await sending.ctx.mailer.send(mail);
    await inbox.count(before + 1);
    const [row] = await keeping.database.sql`select state, due_at from ratebook.mail`;
    expect(row).toEqual({ state: "kept", due_at: null });
    expect(inbox.received).toHaveLength(before + 1);
  } finally {
    await keeping.drop();
    await sending.drop();
  }
});

const DAY_MS = 86_400_000;
