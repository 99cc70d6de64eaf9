import { issueMissingInvoices } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let buyer: Login & { customerId: string };
let shop: Page;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  buyer = await admin.member("Bella Buyer");
  ({ page: shop } = await openPage(browser, admin.url));
  await signIn(shop, buyer, "/billing");
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, await admin.operator("Olga Operator"), "/payments");
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

test("a card whose bank asks questions credits only once they are answered", async () => {
  await shop.getByRole("button", { name: "Buy for $50.00: Growth" }).click();
  await shop.getByLabel("Card number").fill("4000 0025 0000 3155");
  await shop.getByRole("button", { name: "Pay $50.00" }).click();
  await shop.getByRole("button", { name: "Complete authentication" }).click();
  await shop.getByText("Credits added").waitFor();
});

test("the operator finds the order by its state, with what the provider told of it", async () => {
  await page.reload();
  await page.getByRole("combobox", { name: "State of the order" }).click();
  await page.getByRole("option", { name: "Settled" }).click();
  await page.getByRole("link", { name: /^Order of Bella Buyer.*: Growth/ }).click();
  await page
    .getByRole("table", { name: "Events of the payment provider" })
    .getByText("payment_intent.succeeded")
    .waitFor();
  expect(await look(page, "order")).toEqual([]);
});

test("a partial refund shows what it takes, is sent, and has its credit note", async () => {
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: /^Refund Growth/ });
  await dialog.getByLabel("Amount in US dollars").fill("20");
  const effect = dialog.getByLabel("What the refund does");
  // Two fifths of the credits, and of the bonus of 2.50.
  await effect.getByText("$20.00").waitFor();
  await effect.getByText("$1.00").waitFor();
  await dialog.getByRole("button", { name: "Send the refund" }).click();
  await dialog.getByText("Say why.").waitFor();
  await dialog.getByLabel("Reason").fill("Bought too much");
  await dialog.getByRole("button", { name: "Send the refund" }).click();
  await dialog.waitFor({ state: "hidden" });
  const row = page.getByRole("table", { name: "Refunds" }).getByRole("row").nth(1);
  await row.getByText("Bought too much").waitFor();
  await row.getByText("succeeded").waitFor();
  const [wallet] = await admin.ctx.sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${buyer.customerId}`;
  // 52.50 - 20.00 - 1.00
  expect(wallet?.balance).toBe(31_500_000_000n);
  // As the schedule does by itself.
  await issueMissingInvoices(admin.ctx);
  await page.goto("/invoices");
  const documents = page.getByRole("table", { name: "Invoices", exact: true });
  await documents.getByText(/^Credit note for TEST-INV-/).waitFor();
  await documents.getByText("−$20.00").waitFor();
});

test("no serious violation in any tab, nothing sideways at 390", async () => {
  await page.goto("/payments");
  await page.getByRole("table", { name: "Orders" }).waitFor();
  expect(await look(page, "payments")).toEqual([]);
  for (const tab of ["Refunds", "Disputes", "Token payments", "Events"]) {
    await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("region", { name: tab, exact: true }).first().waitFor();
  }
  expect(await look(page, "payment-events")).toEqual([]);
  expect(complaints).toEqual([]);
});
