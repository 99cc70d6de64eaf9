import { recordUsage, watchPrices } from "@ratebook/billing";
import { SERVICE } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "./testing/admin-fixture.ts";
import { launchBrowser } from "./testing/browser.ts";
import { type PriceSources, priceSources } from "./testing/price-sources.ts";
import { seriousViolations, type VisitOptions, visitAs } from "./testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let sources: PriceSources;
let operator: Login;

const models = (writer: string, painter: string): Parameters<PriceSources["submit"]>[1] => ({
  offerings: [
    {
      provider: "acme",
      model: "writer",
      modality: "language",
      listed: true,
      rates: [
        { meter: "input_tokens", usd: writer, per: 1_000_000 },
        { meter: "output_tokens", usd: "6", per: 1_000_000 },
        { meter: "output_tokens", usd: "3", per: 1_000_000, when: { service_tier: "batch" } },
      ],
    },
    {
      provider: "acme",
      model: "painter",
      modality: "image",
      listed: true,
      rates: [{ meter: "image", usd: painter, per: 1 }],
    },
  ],
});

beforeAll(async () => {
  admin = await startAdmin();
  sources = await priceSources(admin.ctx);
  await sources.submit("acme", models("2", "0.04"));
  operator = await admin.operator("Price Keeper");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

const visit = (room: string, options: VisitOptions, look: (page: Page) => Promise<void>) =>
  visitAs({ browser, url: admin.url, login: operator, room, ...options }, look);

test("the timed policy is set with a reason, and an empty field means never", () =>
  visit("/proposals", {}, async (page) => {
    await page.getByRole("button", { name: "Timed policy" }).click();
    const dialog = page.getByRole("dialog", { name: "What time does to held changes" });
    await dialog.getByLabel("Undecided changes lapse after").fill("");
    await dialog.getByLabel("Tell operators after").fill("6");
    await dialog.getByRole("switch", { name: "Give approved decreases back" }).check();
    await dialog.getByRole("button", { name: "Save the policy" }).click();
    await dialog.getByText("Say why").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel("Reason").fill("Nothing lapses here");
    await dialog.getByRole("button", { name: "Save the policy" }).click();
    await page.getByText("The policy is in force.").waitFor();
    const [stored] = await admin.ctx.sql`select value from ratebook.setting where name = 'proposal_policy'`;
    expect(stored?.["value"]).toEqual({
      releaseOnWitness: true,
      grantBackDecreases: true,
      expireAfterDays: null,
      escalateAfterHours: 6,
      inUseDays: 30,
    });
    await page.getByRole("button", { name: "Timed policy" }).click();
    expect(await dialog.getByLabel("Undecided changes lapse after").inputValue()).toBe("");
  }));

test("approving a decrease says what it gives back before, and gives exactly that", async () => {
  const { customerId } = await admin.member("Loyal Customer");
  await sources.submit("acme", models("0.6", "0.04"));
  const recorded = await recordUsage(admin.ctx, SERVICE, {
    customer: customerId,
    offering: "acme/writer",
    quantities: { input_tokens: 1_000_000 },
    idempotencyKey: admin.ctx.newId(),
  });
  expect(recorded.ok).toBe(true);
  await visit("/proposals", {}, async (page) => {
    const held = page.getByRole("listitem", { name: "acme/writer, Input tokens" });
    await held.getByRole("button", { name: "Approve" }).click();
    const dialog = page.getByRole("dialog", { name: "Approve this change" });
    const choice = dialog.getByRole("checkbox", { name: "Give the difference back as credits" });
    expect(await choice.isChecked()).toBe(true);
    // (2 − 0.6) × 1.2
    await dialog.getByText(/\$1\.68 for 1 debit of 1 customer/).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel("Reason").fill("The maker cut its price");
    await dialog.getByRole("button", { name: "Approve" }).click();
    await page.getByText(/The difference is given back within minutes/).waitFor();
    expect(await watchPrices(admin.ctx)).toMatchObject({ grantBacks: 1 });
    await page.goto("/parked");
    const row = page.getByRole("row", { name: /The maker cut its price/ });
    await row.getByText("An approved decrease, given back").waitFor();
    await row.getByText("posted").waitFor();
  });
  const [wallet] = await admin.ctx.sql`
    select sum(amount)::text as given from ratebook.entry where account_id = ${customerId} and kind = 'grant'`;
  expect(wallet?.["given"]).toBe("1680000000");
});

test("a cost of one's own is noted with its dates and changed, and no price moves", () =>
  visit("/catalogue/acme/writer", {}, async (page) => {
    const panel = page.getByRole("region", { name: "What you pay" });
    await panel.getByText("Nothing is noted").waitFor();
    await panel.getByRole("button", { name: "Note a cost" }).click();
    const dialog = page.getByRole("dialog", { name: "Note what you pay" });
    await dialog.getByRole("combobox", { name: "For" }).click();
    await page.getByRole("option", { name: "Output tokens, batch" }).click();
    await dialog.getByLabel("You pay").fill("2.4");
    await dialog.getByLabel("Reason").fill("Our contract of this year");
    await dialog.getByRole("button", { name: "Note it" }).click();
    await page.getByText(/^Noted\. Margins/).waitFor();
    const row = panel.getByRole("row", { name: /Our contract of this year/ });
    await row.getByText("$2.40", { exact: true }).waitFor();
    await row.getByText("further notice").waitFor();

    await row.getByRole("button", { name: "Change" }).click();
    const change = page.getByRole("dialog", { name: "Change what you pay" });
    await change.getByLabel("Until (UTC)").fill("2020-01-01T00:00");
    await change.getByLabel("Reason").fill("It ends");
    await change.getByRole("button", { name: "Note it" }).click();
    await change
      .getByRole("alert")
      .getByText(/after validFrom/)
      .waitFor();
    await change.getByLabel("Until (UTC)").fill("2100-01-01T00:00");
    await change.getByRole("button", { name: "Note it" }).click();
    await panel.getByText("2100-01-01 00:00:00 UTC").waitFor();
    // 3 × 1.2, as before.
    await page.getByRole("table", { name: "Rates" }).getByText("$3.60", { exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  }));

test("an offering is retired and put back, each with a reason", () =>
  visit("/catalogue/acme/painter", {}, async (page) => {
    await page.getByRole("region", { name: "In service" }).getByRole("button", { name: "Retire it" }).click();
    const dialog = page.getByRole("dialog", { name: "Retire this offering" });
    await dialog.getByLabel("Reason").fill("Shut down by its maker");
    await dialog.getByRole("button", { name: "Retire it" }).click();
    const retired = page.getByRole("region", { name: "Retired" });
    await retired.getByText(/no source prices it/).waitFor();
    await page.getByText("No rate is in force").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await retired.getByRole("button", { name: "Put it back" }).click();
    const back = page.getByRole("dialog", { name: "Put it back in service" });
    await back.getByLabel("Reason").fill("It came back");
    await back.getByRole("button", { name: "Put it back" }).click();
    await page.getByRole("table", { name: "Rates" }).getByText("$0.048", { exact: true }).waitFor();
  }));

test.each([
  { scheme: "light", width: 1280 },
  { scheme: "dark", width: 1280 },
  { scheme: "light", width: 390 },
  { scheme: "dark", width: 390 },
] as const)("the forms are accessible and fit, $scheme at $width px", (options) =>
  visit("/proposals", options, async (page) => {
    await page.getByRole("button", { name: "Timed policy" }).click();
    await page.getByLabel("Tell operators after").waitFor();
    await expectFits(page);
    await page.goto("/catalogue/acme/writer");
    await page.getByRole("region", { name: "In service" }).waitFor();
    await expectFits(page);
    await page.getByRole("button", { name: "Note a cost" }).click();
    await page.getByRole("dialog", { name: "Note what you pay" }).getByLabel("You pay").waitFor();
    await expectFits(page);
  }),
);

async function expectFits(page: Page): Promise<void> {
  expect(await seriousViolations(page)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
  ).toBe(true);
}
