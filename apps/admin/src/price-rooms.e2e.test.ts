import { recordUsage } from "@ratebook/billing";
import { expectBooksBalance, SERVICE } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "./testing/admin-fixture.ts";
import { launchBrowser } from "./testing/browser.ts";
import { sellModels, useGpt } from "./testing/fill-wallet.ts";
import { type PriceSources, priceSources } from "./testing/price-sources.ts";
import { openPage, seriousViolations, type VisitOptions, visitAs } from "./testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let sources: PriceSources;
let operator: Login;
let customer: Login & { customerId: string };

const poet = (input: string): Parameters<PriceSources["submit"]>[1] => ({
  offerings: [
    {
      provider: "acme",
      model: "poet",
      modality: "language",
      listed: true,
      rates: [
        { meter: "input_tokens", usd: input, per: 1_000_000 },
        { meter: "output_tokens", usd: "0.6", per: 1_000_000 },
        { meter: "output_tokens", usd: "0.3", per: 1_000_000, when: { service_tier: "batch" } },
      ],
    },
  ],
});

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  operator = await admin.operator("Pia Prices");
  customer = await admin.member("Carl Customer");
  sources = await priceSources(admin.ctx);
  await sellModels(admin.ctx);
  await useGpt(admin.ctx, customer.customerId);
  // Before it has a price: 1,000,000 input tokens wait.
  const parked = await recordUsage(admin.ctx, SERVICE, {
    customer: customer.customerId,
    offering: "acme/poet",
    quantities: { input_tokens: 1_000_000 },
    idempotencyKey: admin.ctx.newId(),
  });
  expect(parked.ok && parked.value.status).toBe("parked");
});

afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

const visit = (room: string, options: VisitOptions, look: (page: Page) => Promise<void>) =>
  visitAs({ browser, url: admin.url, login: operator, room, ...options }, look);

const fits = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

describe("the rooms of prices", () => {
  test("parked usage waits by offering and reason, and is debited once when it has a price", async () => {
    await visit("/parked", {}, async (page) => {
      const waiting = page.getByRole("row", { name: /^acme\/poet/ });
      await waiting.getByText("1,000,000 Input tokens").waitFor();
      await waiting.getByText("No price yet").waitFor();
    });
    await sources.submit("acme", poet("0.15"));
    await visit("/parked", {}, async (page) => {
      await page.getByRole("button", { name: "Rate parked usage of acme/poet" }).click();
      const dialog = page.getByRole("dialog", { name: "Rate parked usage of acme/poet" });
      await dialog.getByText("1 of 1 event would be rated.").waitFor();
      // 1,000,000 × 0.15/M × 1.2
      await dialog.getByText("$0.18", { exact: true }).waitFor();
      await dialog.getByRole("button", { name: "Rate now" }).click();
      await dialog.getByText("1 of 1 event was rated.").waitFor();
      await dialog.getByRole("button", { name: "Done" }).click();
      await page.getByText("Everything reported is rated").waitFor();
      // Beside the debit, what waited says that it waits no more.
      await page.goto(`/customers/${customer.customerId}`);
      await page.getByRole("button", { name: "Receipt of Usage that had no price then: acme/poet" }).click();
      const receipt = page.getByRole("dialog", { name: "Receipt" });
      await receipt.getByText("Priced later", { exact: true }).waitFor();
      await receipt.getByText("It was priced later").waitFor();
    });
  });

  test("a version shows what it changed; rolling back serves the earlier prices as a new one, until that is ended", async () => {
    await sources.submit("acme", poet("0.21"));
    await visit("/versions", {}, async (page) => {
      await page
        .getByRole("row", { name: /^Version 3/ })
        .getByRole("link")
        .click();
      const change = page.getByRole("listitem", { name: "acme/poet" });
      await change.getByText("$0.15", { exact: true }).waitFor();
      await change.getByText("$0.21", { exact: true }).waitFor();
      await change.getByText("1.4 times").waitFor();
      await page.getByLabel("Compared with version").fill("1");
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByRole("heading", { name: "Differences to version 1" }).waitFor();
      await page.goto("/versions/2");
      await page.getByRole("button", { name: "Roll back to it" }).click();
      const dialog = page.getByRole("dialog", { name: "Roll back to version 2" });
      await dialog.getByText(/^1 rate changed/).waitFor();
      await dialog.getByLabel("Reason").fill("The new price was a slip");
      expect(await seriousViolations(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Roll back" }).click();
      await page.getByText(/in force again, as version 4/).waitFor();
      await page.goto("/catalogue/acme/poet");
      // 0.15 × 1.2
      await page
        .getByRole("row", { name: /^Input tokens/ })
        .getByText("$0.18", { exact: true })
        .waitFor();
      const why = page.getByRole("list", { name: "Why these prices" });
      await why.getByText("An override of the operator's is in force", { exact: false }).waitFor();
      await page.goto("/catalogue/openai/gpt-5.2");
      await page.getByRole("button", { name: "History and source of Output tokens" }).click();
      await page.locator("mark").getByText("14", { exact: true }).waitFor();
      const debits = page.getByRole("table", { name: "Debits that used it" });
      // 1,200 × 1.75/M × 1.2 + 800 × 0.175/M × 1.2 + 350 × 14/M × 1.2
      await debits.getByText("$0.008568", { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.goto("/authority");
      await page.getByRole("button", { name: "End the override of acme/poet, Input tokens" }).click();
      const end = page.getByRole("dialog", { name: "End this override" });
      await end.getByLabel("Reason").fill("It was right after all");
      await end.getByRole("button", { name: "End the override" }).click();
      await page.getByText("The sources decide everywhere").waitFor();
    });
  });

  test("a draft of the markup rules explains itself, is run over the past, and prices what is sold once published", () =>
    visit("/markup", {}, async (page) => {
      await page.getByRole("button", { name: "Add a rule" }).click();
      const form = page.getByRole("dialog", { name: "Add a rule" });
      await form.getByLabel("Name").fill("gpt");
      await form.getByLabel("Provider").fill("openai");
      await form.getByLabel("Model").fill("gpt-*");
      await form.getByLabel("Markup in percent").fill("much");
      await form.getByRole("button", { name: "Add to the draft" }).click();
      await form.getByText("Write a percentage of at most two places").waitFor();
      await form.getByLabel("Markup in percent").fill("50");
      await form.getByRole("button", { name: "Add to the draft" }).click();
      const rules = page.getByRole("list", { name: "Markup rules" });
      await rules.getByRole("listitem", { name: "gpt" }).getByText("+50%").waitFor();

      // A rule that stands behind the one for everything would never be asked.
      await page.getByRole("button", { name: "Move gpt down" }).click();
      await page
        .getByRole("alert")
        .getByText("the last rule must match everything", { exact: false })
        .waitFor();
      await page.getByRole("button", { name: "Move gpt up" }).click();

      await page.getByLabel("Offering").fill("openai/gpt-5.2");
      await page.getByRole("button", { name: "Explain" }).click();
      const input = page.getByRole("listitem", { name: "Input tokens", exact: true });
      await input.getByText("modality is language, not infrastructure", { exact: false }).waitFor();
      await input.getByText("not asked any more", { exact: false }).waitFor();
      // 1.75 × 1.5
      await input.getByText("$2.625", { exact: true }).waitFor();

      await page.getByRole("button", { name: "Run over 30 days" }).click();
      const offering = page
        .getByRole("table", { name: "Offerings" })
        .getByRole("row", { name: /^openai\/gpt-5.2/ });
      // (1,200 × 1.75 + 800 × 0.175 + 350 × 14) / M = 0.00714; × 1.2 = 0.008568, × 1.5 = 0.01071
      for (const amount of ["$0.008568", "$0.01071", "+$0.002142"]) {
        await offering.getByText(amount, { exact: true }).waitFor();
      }
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Publish" }).click();
      const dialog = page.getByRole("dialog", { name: "Publish these rules" });
      await dialog.getByLabel("Reason").fill("Reasoning models sell well");
      await dialog.getByRole("button", { name: "Publish" }).click();
      await page.getByText("In force: version 2").waitFor();
      await page.goto("/catalogue/openai/gpt-5.2");
      await page
        .getByRole("row", { name: /^Input tokens/ })
        .getByText("$2.625", { exact: true })
        .waitFor();
    }));

  test("a source's name can be mapped to another offering, and back", () =>
    visit("/catalogue/acme/poet", {}, async (page) => {
      await sources.submit("bolt", {
        offerings: [
          {
            provider: "acme",
            model: "poet-2026",
            modality: "language",
            rates: [{ meter: "input_tokens", usd: "0.21", per: 1_000_000 }],
          },
        ],
      });
      await page.getByRole("button", { name: "Map a name" }).click();
      const dialog = page.getByRole("dialog", { name: "Map a source's name" });
      await dialog.getByRole("combobox", { name: "Source" }).click();
      await page.getByRole("option", { name: "Bolt prices" }).click();
      await dialog.getByLabel("Its name").fill("acme/poet-2026");
      await dialog.getByLabel("Reason").fill("The same model, dated");
      await dialog.getByRole("button", { name: "Map the name" }).click();
      const names = page.getByRole("table", { name: "What sources call it" });
      await names.getByRole("row", { name: /^bolt/ }).getByText("Your mapping").waitFor();
      await page.getByText("1 agrees").waitFor();
      await page.goto("/authority");
      await page.getByRole("button", { name: "Take back the mapping of acme/poet-2026" }).click();
      const back = page.getByRole("dialog", { name: "Take this mapping back" });
      await back.getByLabel("Reason").fill("Another model after all");
      await back.getByRole("button", { name: "Take it back" }).click();
      await page.getByText("No name is mapped.").waitFor();
    }));

  test("anybody reads the prices without signing in: what is sold, at what quotes and debits use", async () => {
    const { page, complaints } = await openPage(browser, admin.url);
    await page.goto("/prices");
    const model = page.getByRole("listitem", { name: "acme/poet", exact: true });
    // 0.21 × 1.2
    await model.getByText("$0.252", { exact: true }).waitFor();
    await model.getByText("All 3 prices").click();
    await model.getByText("batch").waitFor();
    // 0.3 × 1.2
    await model.getByText("$0.36", { exact: true }).waitFor();
    expect(await page.getByText("upstream").count()).toBe(0);
    await page.getByLabel("Search").fill("gpt");
    await model.waitFor({ state: "detached" });
    await page.getByRole("listitem", { name: "openai/gpt-5.2" }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a stale source is said in every room, louder where its prices are in use, and marked on the price page", async () => {
    // As if its only reading had been two days ago.
    await admin.ctx
      .sql`update ratebook.source_state set checked_at = checked_at - interval '2 days' where source = 'acme'`;
    await visit("/customers", {}, async (page) => {
      const banner = page
        .getByRole("alert")
        .filter({ hasText: "Prices that customers are billed by need you" });
      await banner.getByText("Stale and in use: acme/poet.").waitFor();
      await banner.getByText("Not read for longer than allowed: Acme prices.", { exact: false }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.goto("/prices");
      await page.getByText("Some prices are older than they should be").waitFor();
      await page.getByRole("listitem", { name: "acme/poet", exact: true }).getByText("Stale").waitFor();
    });
  });

  test.each([
    { scheme: "light", width: 390 },
    { scheme: "dark", width: 1280 },
    { scheme: "dark", width: 390 },
  ] as const)("are accessible and fit, $scheme at $width px", (options) =>
    visit("/markup", options, async (page) => {
      for (const room of [
        "/markup",
        "/parked",
        "/authority",
        "/versions",
        "/versions/3",
        "/catalogue/acme/poet",
        "/audit",
        "/prices",
      ]) {
        await page.goto(room);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");
        expect([room, await seriousViolations(page)]).toEqual([room, []]);
        expect([room, await fits(page)]).toEqual([room, true]);
      }
    }),
  );
});
