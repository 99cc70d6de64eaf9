import { renewCreditLines, setContract } from "@ratebook/billing";
import { expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { purchase, sellModels, useGpt } from "../../testing/fill-wallet.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let customer: Login & { customerId: string };
let other: Login & { customerId: string };
let receipt: string;

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  customer = await admin.member("Carl Customer");
  other = await admin.member("Otto Other");
  await sellModels(admin.ctx);
  await purchase(admin.ctx, customer.customerId, "50");
  const ends = new Date(admin.ctx.clock().getTime() + 20 * 86_400_000);
  await agree({ validUntil: ends, terms: TERMS });
  await agree({
    validFrom: ends,
    terms: {
      priceLock: { catalogueVersion: 1, until: "2028-01-01T00:00:00Z", allowLoss: true },
      invoicing: { netDays: 30, purchaseOrder: "PO-7" },
    },
  });
  await renewCreditLines(admin.ctx);
  for (let call = 0; call < 3; call += 1) receipt = await useGpt(admin.ctx, customer.customerId);
});

afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

const TERMS = {
  prices: [
    {
      id: "output",
      match: { provider: "openai", model: "gpt-*", meter: "output_tokens" },
      price: { usd: "15", per: 1_000_000 },
    },
    {
      id: "speech",
      match: { provider: "elevenlabs", meter: "tts_character" },
      price: { usd: "0.07", per: 1_000 },
      allowLoss: true,
    },
  ],
  rules: [{ id: "flat", percentBps: 500, feePerRequest: "0.0001" }],
  discounts: [
    {
      id: "volume",
      by: "spend",
      match: { provider: "openai" },
      allowLoss: true,
      tiers: [
        { above: "0.01", discountBps: 500 },
        { above: "0.1", discountBps: 1250 },
      ],
    },
  ],
  creditLine: { amount: "500" },
};

async function agree(more: { terms: object; validFrom?: Date; validUntil?: Date }): Promise<void> {
  const set = await setContract(admin.ctx, OPERATOR, {
    customer: customer.customerId,
    note: "signed",
    ...more,
  });
  if (!set.ok) throw new Error(JSON.stringify(set.error));
}

async function visit(login: Login, path: string, see: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints } = await openPage(browser, admin.url);
  try {
    await signIn(page, login, path);
    await see(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

test("a customer reads its terms, how far the month has come in the tiers, and what comes", async () => {
  await visit(customer, "/terms", async (page) => {
    const now = page.getByRole("region", { name: "In force" });
    await now.getByText("$15.00 per 1M tokens").waitFor();
    await now.getByText("$500.00 a month").waitFor();
    // Whether a price may lie under the operator's cost is the operator's own affair.
    expect(await page.getByText(/below what you pay|at a loss/).count()).toBe(0);
    const month = page.getByRole("region", { name: "Volume discount volume" });
    await month.getByText("5 % off now").waitFor();
    await month.getByText("more until 12.5 % comes off what lies above.").waitFor();
    await month.getByRole("cell", { name: "Above $0.01 (now)" }).waitFor();
    const later = page.getByRole("region", { name: "Agreed for later" });
    await later.getByText("Purchase order PO-7").waitFor();
    await page.getByRole("region", { name: "Credit line", exact: true }).getByText("$500.00").waitFor();
    expect(await look(page, "terms")).toEqual([]);
  });
});

test("its catalogue shows its own prices beside everybody's, and each model does", async () => {
  await visit(customer, "/catalogue", async (page) => {
    await page.getByText("Your prices", { exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "Your price" }).waitFor();
    // $14 × 1.2 for everybody; $1.75 × 1.05 and × 1.2.
    const output = page.getByRole("row", { name: /^Output tokens/ });
    await output.getByText("$15.00", { exact: true }).waitFor();
    await output.getByText("$16.80", { exact: true }).waitFor();
    const input = page.getByRole("row", { name: /Input tokens/ });
    await input.getByText("$1.8375", { exact: true }).waitFor();
    await input.getByText("$2.10", { exact: true }).waitFor();
    await input.getByText("and $0.0001 a request").waitFor();
    // Dearer than everybody's: not struck through.
    await page.getByText("standard $0.06").waitFor();
    expect(await look(page, "own-catalogue")).toEqual([]);
    await page.goto("/catalogue/openai/gpt-5.2");
    await page.getByRole("columnheader", { name: "Your price" }).waitFor();
    await page.getByText("Your prices", { exact: true }).waitFor();
    expect(await look(page, "own-model")).toEqual([]);
  });
});

test("its receipt says which rule and tier won, and why the others did not", async () => {
  await visit(customer, `/wallet?receipt=${receipt}`, async (page) => {
    const drawer = page.getByRole("dialog");
    await drawer
      .getByText("contract:output: it is the first rule asked, and it matches; it fixes the price")
      .waitFor();
    await drawer.getByText("Rules not asked").first().waitFor();
    // $0.007602 a call; the third lies in the first tier as a whole: × 5 %.
    await drawer.getByText("0.007602 × 5 % = 0.0003801 dollars, rounded down to nanos").waitFor();
    await drawer.getByText(/Recomputed in this browser: 4 lines/).waitFor();
    expect(await look(page, "own-receipt")).toEqual([]);
  });
});

test("who has no contract reads that standard prices apply, and sees nobody else's", async () => {
  await visit(other, "/terms", async (page) => {
    await page.getByText("Standard prices apply").waitFor();
    expect(await look(page, "no-terms")).toEqual([]);
    await page.goto("/catalogue");
    await page.getByRole("columnheader", { name: "Sells at" }).waitFor();
    expect(await page.getByText("Your prices", { exact: true }).count()).toBe(0);
    expect(await page.getByText("$15.00", { exact: true }).count()).toBe(0);
  });
});
