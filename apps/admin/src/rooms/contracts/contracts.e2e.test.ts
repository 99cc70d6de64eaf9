import { expectBooksBalance } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { sellModels, useGpt } from "../../testing/fill-wallet.ts";
import { openPage, seriousViolations, signIn, type VisitOptions } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;
let customer: Login & { customerId: string };

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  operator = await admin.operator("Olga Operator");
  customer = await admin.member("Carl Customer");
  await sellModels(admin.ctx);
  await useGpt(admin.ctx, customer.customerId);
});

afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

async function visit(options: VisitOptions, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints } = await openPage(browser, admin.url, options);
  try {
    await signIn(page, operator, "/contracts");
    await look(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

test("an operator tries a contract over the last 30 days, activates it, and ends it", async () => {
  await visit({}, async (page) => {
    await page.getByText("Nobody has a contract yet").waitFor();
    await page.getByLabel("Customer", { exact: true }).fill(customer.customerId);
    await page.getByRole("button", { name: "Run over 30 days" }).click();
    await page.getByText("Under the draft").last().waitFor();
    await page.getByLabel("Reason").fill("signed");
    await page.getByRole("button", { name: "Activate" }).click();
    const row = page.getByRole("row", { name: /^contract-1/ });
    await row.getByText("Markup rules: flat").waitFor();
    await row.getByText("active").waitFor();
    await seenByTheCustomer();
    expect(admin.ctx.catalogue.contractAt(customer.customerId, admin.ctx.clock())).toMatchObject({
      label: "contract-1",
    });
    await row.getByRole("button", { name: "End contract-1" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("left");
    await dialog.getByRole("button", { name: "End it" }).click();
    await row.getByText("ended").waitFor();
  });
});

test.each([
  ["light", 1280],
  ["dark", 390],
] as const)("the room is accessible, %s and %i pixels wide", async (colorScheme, width) => {
  await visit({ scheme: colorScheme, width }, async (page) => {
    await page.getByRole("row", { name: /^contract-1/ }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });
});

/** The customer reads the terms in the billing room, and can change nothing. */
async function seenByTheCustomer(): Promise<void> {
  const { page, complaints } = await openPage(browser, admin.url, {});
  try {
    await signIn(page, customer, "/billing");
    await page.getByText("Your terms").waitFor();
    await page.getByText("Markup rules: flat").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}
