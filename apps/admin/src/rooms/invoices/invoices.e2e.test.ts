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
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  buyer = await admin.member("Erin Enterprise");
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, await admin.operator("Olga Operator"), "/invoices");
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

const balance = async () => {
  const [row] = await admin.ctx.sql<{ balance: bigint; debt: bigint }[]>`
    select balance, debt from ratebook.wallet where account_id = ${buyer.customerId}`;
  return row && { ...row };
};

test("an invoice is issued with lines and a tax, and credits nothing yet", async () => {
  await page.getByText("Issue one where a customer pays by bank transfer.").waitFor();
  await page.getByRole("button", { name: "Issue an invoice" }).click();
  const dialog = page.getByRole("dialog", { name: "Issue an invoice" });
  await dialog.getByRole("button", { name: "Issue it" }).click();
  await dialog.getByText("Choose who it is for.").waitFor();
  await dialog.getByRole("combobox", { name: "Customer" }).click();
  await page.getByRole("option", { name: /Erin Enterprise/ }).click();
  await dialog.getByRole("textbox", { name: /^For/ }).fill("Credits of the first quarter");
  await dialog.getByLabel("Amount of line 1").fill("1000");
  await dialog.getByLabel("Tax", { exact: true }).fill("VAT 19 %");
  await dialog.getByLabel("Amount of the tax").fill("190");
  await dialog.getByLabel("Due on (UTC)").fill("2099-12-31");
  await dialog.getByLabel("Customer's reference").fill("PO-7");
  await dialog.getByRole("button", { name: "Issue it" }).click();
  const row = page.getByRole("table", { name: "Invoices paid outside" }).getByRole("row").nth(1);
  await row.getByText("$1,190.00").waitFor();
  await row.getByText("Open", { exact: true }).waitFor();
  expect(await balance()).toEqual({ balance: 0n, debt: 0n });
});

test("marking it paid asks for the transfer and a reason, and adds the net amount", async () => {
  await page.getByRole("button", { name: /^Mark paid: INV-/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Mark INV-.* paid$/ });
  await dialog.getByRole("button", { name: "Mark it paid" }).click();
  await dialog.getByText("Say why: it is kept in the audit log.").waitFor();
  await dialog.getByLabel("Reference of the transfer").fill("SEPA-1");
  await dialog.getByLabel("Reason").fill("On the statement");
  await dialog.getByRole("button", { name: "Mark it paid" }).click();
  await page.getByText(/is paid; \$1,000\.00 of credits are added/).waitFor();
  expect(await balance()).toEqual({ balance: 1_000_000_000_000n, debt: 0n });
});

test("a refund shows what it takes, and its credit note is listed", async () => {
  await page.getByRole("button", { name: /^Refund: INV-/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Refund INV-/ });
  await dialog.getByLabel("Amount in US dollars, tax included").fill("119");
  // A tenth of the total takes a tenth of the credits.
  await dialog.getByLabel("What the refund does").getByText("$100.00").waitFor();
  await dialog.getByLabel("Reference of the transfer back").fill("SEPA-2");
  await dialog.getByLabel("Reason").fill("Agreed");
  await dialog.getByRole("button", { name: "Record the refund" }).click();
  await page
    .getByRole("table", { name: "Invoices", exact: true })
    .getByText(/^Credit note for INV-/)
    .waitFor();
  expect(await balance()).toEqual({ balance: 900_000_000_000n, debt: 0n });
});

test("the seller is named on documents from now on", async () => {
  const panel = page.getByRole("region", { name: "Seller" });
  await panel.getByLabel("Name").fill("Žižkov Credits");
  await panel.getByLabel("VAT id").fill("CZ12345678");
  await panel.getByRole("button", { name: "Save the seller" }).click();
  await page.getByText("The seller is saved.").waitFor();
});

test("no serious violation, nothing sideways at 390", async () => {
  expect(await look(page, "invoices")).toEqual([]);
  expect(complaints).toEqual([]);
});
