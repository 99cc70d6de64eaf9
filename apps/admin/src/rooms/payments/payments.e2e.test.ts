import { issueMissingInvoices, readStanding } from "@ratebook/billing";
import { dollars, expectBooksBalance } from "@ratebook/billing/testing";
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

const balanceOf = async (customerId: string) => {
  const { balance, debt } = await readStanding(admin.ctx, customerId);
  return { balance, debt };
};

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
  const events = page.getByRole("table", { name: "Events of the payment provider" });
  // They come one after the other; the page shows those that were there when it was opened.
  await expect
    .poll(
      async () => {
        await page.reload();
        await events.waitFor();
        return events.getByText("payment_intent.succeeded").count();
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(0);
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
  await dialog.getByText("Say why: it is kept in the audit log.").waitFor();
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

test("a refund of spent credits says what becomes debt, and is sent only once that was agreed to", async () => {
  const spent = await admin.ctx.ledger.post({
    kind: "debit",
    account: buyer.customerId,
    opId: crypto.randomUUID(),
    meaningHash: "1".repeat(64),
    // 31.50 - 25.00 leaves 6.50.
    amount: dollars("25"),
    mode: "record",
    contra: "revenue:infrastructure",
  });
  expect(spent.kind).toBe("done");
  await page.goto("/payments");
  await page.getByRole("link", { name: /^Order of Bella Buyer.*: Growth/ }).click();
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: /^Refund Growth/ });
  await dialog.getByLabel("Amount in US dollars").fill("30");
  await dialog.getByLabel("Reason").fill("Goodwill");
  const agreed = dialog.getByRole("checkbox", {
    name: "The customer agreed that $25.00 of spent credits become debt",
  });
  await agreed.waitFor();
  expect(await look(page, "refund-debt")).toEqual([]);
  await dialog.getByRole("button", { name: "Send the refund" }).click();
  await dialog.getByRole("alert").waitFor();
  expect(await balanceOf(buyer.customerId)).toEqual({ balance: 6_500_000_000n, debt: 0n });
  await agreed.check();
  await dialog.getByRole("button", { name: "Send the refund" }).click();
  await dialog.waitFor({ state: "hidden" });
  // 30.00 and its bonus of 1.50 go back: 6.50 were left of them, 25.00 are owed.
  expect(await balanceOf(buyer.customerId)).toEqual({ balance: 0n, debt: 25_000_000_000n });
});

test("a disputed purchase stands among the disputes with its amount and leads to its order", async () => {
  const owner = await admin.member("Dora Disputes");
  const { page: dora } = await openPage(browser, admin.url);
  await signIn(dora, owner, "/billing");
  await dora.getByRole("button", { name: "Buy for $10.00: Starter" }).click();
  await dora.getByLabel("Card number").fill("4000 0000 0000 0259");
  await dora.getByRole("button", { name: "Pay $10.00" }).click();
  await dora.getByText("Credits added").waitFor();
  await dora.context().close();
  await expect.poll(() => balanceOf(owner.customerId)).toEqual({ balance: 0n, debt: 0n });
  await page.goto("/payments");
  await page.getByRole("tab", { name: "Disputes" }).click();
  const row = page.getByRole("table", { name: "Disputes" }).getByRole("row").nth(1);
  await row.getByText("open", { exact: true }).waitFor();
  await row.getByText("$10.00").waitFor();
  expect(await look(page, "disputes")).toEqual([]);
  await row.getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: /Starter/ }).waitFor();
});

test("token payments show their transaction, what became of them and whose they are", async () => {
  const insert = (state: "settling" | "failed", transaction: string | null, failure: string | null) => admin
    .ctx.sql`
    insert into ratebook.x402_settlement
      (id, intent_id, customer_id, version, network, asset, pay_to, payer, value_units, credits_nanos, valid_after,
       valid_before, nonce, signature, state, attempts, from_block, transaction, failure, created_at)
    values (gen_random_uuid(), gen_random_uuid(), ${buyer.customerId}, 1, 'base', '0x01', '0x02', ${`0x${"ab".repeat(20)}`},
      5000000, 5000000000, 0, 1, ${state}, '0x04', ${state}, 1, 1, ${transaction}, ${failure}, now())`;
  const hash = `0x${"cd".repeat(32)}`;
  await insert("settling", hash, null);
  await insert("failed", null, "The payer has not enough tokens.");
  await page.goto("/payments");
  await page.getByRole("tab", { name: "Token payments" }).click();
  const table = page.getByRole("table", { name: "Token payments" });
  const settling = table.getByRole("row").filter({ hasText: hash });
  await settling.getByText("settling").waitFor();
  await settling.getByText("$5.00").waitFor();
  const failed = table.getByRole("row").filter({ hasText: "The payer has not enough tokens." });
  await failed.getByText("None", { exact: true }).waitFor();
  expect(await look(page, "token-payments")).toEqual([]);
  await failed.getByRole("link", { name: "customer" }).click();
  await page.getByRole("heading", { level: 1, name: /Bella Buyer/ }).waitFor();
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
