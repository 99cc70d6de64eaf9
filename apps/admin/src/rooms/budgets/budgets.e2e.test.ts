import { grantCredits, importDocument, pauseSpending, recordUsage, upsertAgent } from "@ratebook/billing";
import { documentOf, dollars, expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { look } from "../../testing/look.ts";
import { openPage, seriousViolations, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let owner: Login & { customerId: string };
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  const imported = await importDocument(admin.ctx, OPERATOR, {
    document: documentOf("manual", {
      asOf: new Date().toISOString(),
      offerings: [
        {
          provider: "acme",
          model: "chat-1",
          modality: "language",
          listed: true,
          rates: [{ meter: "output_tokens", usd: "10", per: 1_000_000 }],
        },
      ],
    }),
    accept: true,
  });
  if (!imported.ok) throw new Error(imported.error.kind);
  owner = await admin.member("Bea Budget");
  const granted = await grantCredits(admin.ctx, OPERATOR, {
    customer: owner.customerId,
    amount: dollars("50"),
    reason: "test",
    category: "promotional",
    idempotencyKey: crypto.randomUUID(),
  });
  if (!granted.ok) throw new Error(granted.error.kind);
  await upsertAgent(admin.ctx, OPERATOR, {
    customer: owner.customerId,
    id: "research",
    name: "Research agent",
  });
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, owner, "/budgets");
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

/** A call of the research agent that costs $1.20. */
const call = (mode: "gate" | "record" = "gate") =>
  recordUsage(admin.ctx, OPERATOR, {
    customer: owner.customerId,
    offering: "acme/chat-1",
    quantities: { output_tokens: 100_000 },
    agentId: "research",
    mode,
    idempotencyKey: crypto.randomUUID(),
  });
const row = () =>
  page.getByRole("table", { name: "Budgets" }).getByRole("row").filter({ hasText: "Research agent" });

test("an owner sets an agent's budget, which starts with what the day has spent", async () => {
  await call();
  await page.getByText("No budgets yet").waitFor();
  await page.getByRole("button", { name: "New budget" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New budget" });
  await dialog.getByLabel("Limit in dollars").fill("0");
  await dialog.getByRole("combobox", { name: "Agent's id" }).fill("research");
  await dialog.getByRole("button", { name: "Save the budget" }).click();
  await dialog.getByText("More than 0").waitFor();
  await dialog.getByLabel("Limit in dollars").fill("3");
  await dialog.getByRole("button", { name: "Save the budget" }).click();
  await row().getByText("$1.20 of $3.00").waitFor();
  await row().getByText("40 % spent").waitFor();
  await row().getByText("$1.80").waitFor();
  expect(await call()).toMatchObject({ ok: true });
  expect(await call()).toMatchObject({
    ok: false,
    error: { kind: "budget_exceeded", remaining: dollars("0.6") },
  });
  await call("record");
  await page.reload();
  await row().getByText("used up").waitFor();
  await row().getByText("120 % spent").waitFor();
});

test("a raised limit holds at once", async () => {
  await row().getByRole("button", { name: "Edit the daily budget of Research agent" }).click();
  const dialog = page.getByRole("dialog", { name: "Daily budget of Research agent" });
  await dialog.getByLabel("Limit in dollars").fill("10");
  await dialog.getByRole("button", { name: "Save the budget" }).click();
  await row().getByText("36 % spent").waitFor();
  expect(await call()).toMatchObject({ ok: true });
});

test("a paused agent is refused with the reason until it is resumed", async () => {
  await row().getByRole("button", { name: "Pause Research agent" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause Research agent?" });
  await dialog.getByRole("button", { name: "Pause it" }).click();
  await dialog.getByText("Whoever is refused is told this.").waitFor();
  await dialog.getByLabel("Reason").fill("It loops on one page.");
  await dialog.getByRole("button", { name: "Pause it" }).click();
  await page.getByRole("table", { name: "Paused" }).getByText("It loops on one page.").waitFor();
  expect(await call()).toMatchObject({
    ok: false,
    error: { kind: "paused", reason: "It loops on one page." },
  });
  await row().getByRole("button", { name: "Resume Research agent" }).click();
  await page.getByRole("table", { name: "Paused" }).waitFor({ state: "detached" });
  expect(await call()).toMatchObject({ ok: true });
});

test("the room is readable by everybody, light and dark, wide and narrow", async () => {
  expect(await look(page, "budgets")).toEqual([]);
});

test("a person without a budget is paused with a reason, too", async () => {
  await page.getByRole("button", { name: "Pause somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause spending" });
  await dialog.getByRole("combobox", { name: "Whom" }).click();
  await page.getByRole("option", { name: "Person" }).click();
  await dialog.getByRole("button", { name: "Pause it" }).click();
  await dialog.getByText("Name the person.").waitFor();
  await dialog.getByRole("combobox", { name: "Person's id" }).fill("ada");
  await dialog.getByLabel("Reason").fill("Left the company.");
  expect(await seriousViolations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Pause it" }).click();
  const paused = page.getByRole("table", { name: "Paused" }).getByRole("row").filter({ hasText: "ada" });
  await paused.getByText("Left the company.").waitFor();
  await paused.getByRole("button", { name: "Resume ada now" }).click();
  await paused.waitFor({ state: "detached" });
});

test("a budget is removed after a question, and the page never complained", async () => {
  await row().getByRole("button", { name: "Remove the daily budget of Research agent" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove this budget?" });
  expect(await seriousViolations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Remove the budget" }).click();
  await page.getByText("No budgets yet").waitFor();
  expect(complaints).toEqual([]);
});

test("a key is made with its limits and rotated, and the text before works on for a day", async () => {
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("button", { name: "New key" }).first().click();
  const dialog = page.getByRole("dialog", { name: /^New key of/ });
  await dialog.getByLabel("Name").fill("Gateway");
  await dialog.getByLabel("Requests a minute").fill("90");
  await dialog.getByLabel("Dollars a month").fill("25");
  expect(await seriousViolations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Create the key" }).click();
  const first = await page.getByTestId("new-key").textContent();
  await page.getByRole("button", { name: "I have stored it" }).click();
  const key = page.getByRole("table", { name: "API keys" }).getByRole("row").filter({ hasText: "Gateway" });
  await key.getByText("At most 90 requests a minute").waitFor();
  await key.getByRole("button", { name: "Rotate Gateway" }).click();
  await page.getByRole("button", { name: "Make the new text" }).click();
  const second = await page.getByTestId("new-key").textContent();
  expect(second).not.toBe(first);
  await page.getByRole("button", { name: "I have stored it" }).click();
  await key.getByText("The text before works until").waitFor();
  const balance = (text: string | null) =>
    fetch(`${admin.url}/api/v1/credits/balance`, { headers: { authorization: `Bearer ${text}` } });
  for (const text of [first, second]) expect((await balance(text)).status).toBe(200);
  expect((await balance(second)).headers.get("x-ratelimit-limit")).toBe("90");
  await key.getByText("Monthly: $0.00 of $25.00").waitFor();
  await key.getByRole("button", { name: "Change Gateway" }).click();
  const change = page.getByRole("dialog", { name: "Change Gateway" });
  await change.getByLabel("Name").fill("Gateway 2");
  await change.getByLabel("Requests a minute").fill("60");
  await change.getByLabel("Dollars a month").fill("30");
  await change.getByRole("combobox", { name: "Expires" }).click();
  await page.getByRole("option", { name: "In 30 days" }).click();
  expect(await look(page, "change-key")).toEqual([]);
  await change.getByRole("button", { name: "Save the key" }).click();
  const changed = page
    .getByRole("table", { name: "API keys" })
    .getByRole("row")
    .filter({ hasText: "Gateway 2" });
  await changed.getByText("At most 60 requests a minute").waitFor();
  await changed.getByText("Monthly: $0.00 of $30.00").waitFor();
  expect((await balance(second)).headers.get("x-ratelimit-limit")).toBe("60");
  const [made] = await admin.ctx.sql<{ id: string }[]>`
    select id from ratebook.api_key where name = 'Gateway 2'`;
  const paused = await pauseSpending(admin.ctx, OPERATOR, {
    customer: owner.customerId,
    subject: "key",
    subjectId: made?.id ?? "",
    reason: "Leaked in a log.",
  });
  expect(paused).toMatchObject({ ok: true });
  await page.reload();
  await changed.getByText("Leaked in a log.").waitFor();
  expect(await look(page, "keys")).toEqual([]);
  await page.getByRole("link", { name: "Budgets" }).click();
  const row = page.getByRole("table", { name: "Budgets" }).getByRole("row").filter({ hasText: "Gateway 2" });
  await row.getByText("$0.00 of $30.00").waitFor();
  await row.getByText("Leaked in a log.").waitFor();
  expect(complaints).toEqual([]);
});
