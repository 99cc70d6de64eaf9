import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createKey, pauseSpending } from "@ratebook/billing";
import { OPERATOR } from "@ratebook/billing/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { fillWallet, sellModels, useGpt, useUnknownModel } from "../../testing/fill-wallet.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  await sellModels(admin.ctx);
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

test("on the first day the dashboard says what to do first, with a call that works as it stands", async () => {
  const fresh = await admin.member("Dora Dayone");
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, fresh);
  const steps = page.getByRole("region", { name: "First steps" });
  await steps.getByRole("link", { name: "Buy credits" }).waitFor();
  expect(await look(page, "dashboard-first-day")).toEqual([]);
  const call = (await steps.getByTestId("first-call").textContent()) ?? "";
  const made = await createKey(admin.ctx, OPERATOR, {
    kind: "customer",
    customer: fresh.customerId,
    name: "First",
    scopes: ["read"],
  });
  const env = { ...process.env, RATEBOOK_KEY: made.ok ? made.value.key : "" };
  const { stdout } = await promisify(execFile)("sh", ["-c", `${call} --silent`], { env });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, balance: 0, agents: [] });
  await steps.getByRole("link", { name: "Make an API key" }).click();
  await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
  expect(complaints).toEqual([]);
});

test("with usage it shows balance, runway, spend of today and this month, and what took most", async () => {
  const busy = await admin.member("Bert Busy");
  await fillWallet(admin.ctx, busy.customerId);
  await useGpt(admin.ctx, busy.customerId);
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, busy);
  await page.getByRole("table", { name: "Spend by model" }).getByText("openai/gpt-5.2").waitFor();
  await page.getByRole("table", { name: "Spend by agent" }).getByText("researcher").waitFor();
  await page.getByText("Runway", { exact: true }).waitFor();
  expect(await page.getByRole("region", { name: "First steps" }).count()).toBe(0);
  const today = new Date().toISOString().slice(0, 10);
  const [spent] = await admin.ctx.sql<{ today: string; month: string }[]>`
    select to_char(sum(amount) filter (where occurred_at >= ${today}::date) / 1e9, 'FM0.00') as today,
      to_char(sum(amount) / 1e9, 'FM0.00') as month
    from ratebook.usage_event where account_id = ${busy.customerId}
      and occurred_at >= date_trunc('month', ${today}::date::timestamp) at time zone 'UTC'`;
  const figures = (await page.getByLabel("Spend", { exact: true }).last().textContent()) ?? "";
  expect(figures).toContain(`Today$${spent?.today.slice(0, -1)}`);
  expect(figures).toContain(`This month$${spent?.month.slice(0, -1)}`);
  await pauseSpending(admin.ctx, OPERATOR, {
    customer: busy.customerId,
    subject: "organization",
    reason: "Unpaid since May.",
  });
  await page.reload();
  await page.getByText("Unpaid since May.").waitFor();
  expect(await look(page, "dashboard")).toEqual([]);
  expect(complaints).toEqual([]);
});

test("usage without a price is never shown as free: not on the dashboard, not in usage, not in the wallet", async () => {
  const waiting = await admin.member("Wanda Waiting");
  await useUnknownModel(admin.ctx, waiting.customerId);
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, waiting);
  const spend = page.getByRole("table", { name: "Spend by model" });
  await spend.getByRole("cell", { name: "Not priced yet", exact: true }).waitFor();
  const figures = page.getByLabel("Spend", { exact: true }).last();
  expect(await figures.textContent()).toBe("TodayNot priced yetThis monthNot priced yet");
  await page.goto("/usage");
  const used = page.getByRole("table", { name: "By model" }).getByRole("row", { name: /^acme/ });
  await used.getByRole("cell", { name: "Not priced yet", exact: true }).waitFor();
  expect(await page.getByLabel("Usage", { exact: true }).last().textContent()).toContain(
    "SpendNot priced yet",
  );
  await page.goto("/wallet");
  const entry = page.getByRole("row", { name: /^.*Usage without a price yet: acme/ });
  await entry.getByRole("cell", { name: /^Not priced yet/ }).waitFor();
  await entry.getByRole("button", { name: /^Receipt of/ }).click();
  const receipt = page.getByRole("dialog");
  await receipt.getByText("It waits for a price", { exact: true }).waitFor();
  await receipt.getByText(/no offering of this name had a price then\.$/).waitFor();
  await receipt.getByText("Not priced yet", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});
