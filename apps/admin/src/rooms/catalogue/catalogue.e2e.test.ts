import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { type PriceSources, priceSources } from "../../testing/price-sources.ts";
import { openPage, seriousViolations, signIn, type VisitOptions } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let sources: PriceSources;
let operator: Login;
let member: Login;

const offerings = (input: string, output: string): Parameters<PriceSources["submit"]>[1] => ({
  offerings: [
    {
      provider: "acme",
      model: "writer-large",
      name: "Acme Writer Large",
      aliases: ["quill"],
      modality: "language",
      listed: true,
      defaultRequest: { quantities: { input_tokens: 1_000, output_tokens: 500 } },
      sourceUrl: "https://acme.example/prices",
      rates: [
        { meter: "input_tokens", usd: input, per: 1_000_000, where: "#/writer/in" },
        { meter: "output_tokens", usd: output, per: 1_000_000, where: "#/writer/out" },
        { meter: "output_tokens", usd: "0.3", per: 1_000_000, when: { service_tier: "batch" } },
      ],
    },
    {
      provider: "acme",
      model: "painter",
      modality: "image",
      listed: true,
      rates: [{ meter: "image", usd: "0.04", per: 1 }],
    },
  ],
});

beforeAll(async () => {
  admin = await startAdmin();
  sources = await priceSources(admin.ctx);
  await sources.submit("acme", offerings("0.15", "0.6"));
  await sources.submit("acme", offerings("0.21", "0.6"));
  operator = await admin.operator("Price Keeper");
  member = await admin.member("Price Reader");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

async function visit<T>(
  who: Login,
  room: string,
  options: VisitOptions,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const { page, complaints } = await openPage(browser, admin.url, options);
  try {
    await signIn(page, who, room);
    const seen = await look(page);
    expect(complaints).toEqual([]);
    return seen;
  } finally {
    await page.context().close();
  }
}

describe("the catalogue", () => {
  test("search finds a model by its alias, keeps the search in the address, and says when nothing matches", () =>
    visit(member, "/catalogue", {}, async (page) => {
      await page.getByRole("link", { name: "Acme Writer Large" }).waitFor();
      await page.getByRole("link", { name: "acme/painter" }).waitFor();
      await page.getByLabel("Search").fill("quill");
      await page.getByRole("link", { name: "acme/painter" }).waitFor({ state: "detached" });
      await page.getByRole("link", { name: "Acme Writer Large" }).waitFor();
      await page.waitForURL(/[?&]q=quill/);
      await page.reload();
      await page.getByText("1 of 1 model").waitFor();
      await page.getByLabel("Search").fill("nothing like it");
      await page.getByText("No model matches").waitFor();
      await page.getByRole("button", { name: "Clear the filters" }).click();
      await page.getByText("2 of 2 models").waitFor();
    }));

  test("facets narrow the list by modality", () =>
    visit(member, "/catalogue", {}, async (page) => {
      await page.getByRole("combobox", { name: "Modality" }).click();
      await page.getByRole("option", { name: "image (1)" }).click();
      await page.getByText("1 of 1 model").waitFor();
      await page.getByRole("link", { name: "acme/painter" }).waitFor();
    }));

  test("the unit of token prices changes exactly, and leaves an image an image", () =>
    visit(member, "/catalogue", {}, async (page) => {
      const table = page.getByRole("table", { name: "Prices" });
      // 0.21 × 1.2 = 0.252 per million.
      await table.getByText("$0.21", { exact: true }).waitFor();
      await table.getByText("$0.252", { exact: true }).waitFor();
      await table.getByText("$0.048", { exact: true }).waitFor();
      await page.getByRole("radiogroup", { name: "Token prices per" }).getByText("per 1K").click();
      await table.getByText("$0.00021", { exact: true }).waitFor();
      await table.getByText("$0.000252", { exact: true }).waitFor();
      await table.getByText("$0.048", { exact: true }).waitFor();
    }));

  test("a model's page shows conditions, where a rate comes from, what it was before, and a default request", () =>
    visit(member, "/catalogue/acme/writer-large", {}, async (page) => {
      await page.getByRole("heading", { name: "Acme Writer Large", level: 1 }).waitFor();
      await page.getByText("batch", { exact: true }).waitFor();
      // 1,000 × $0.21/M × 1.2 = $0.000252; 500 × $0.60/M × 1.2 = $0.00036.
      await page.getByRole("region", { name: "A default request" }).getByText("$0.000612").waitFor();
      await page.getByRole("button", { name: "History and source of Input tokens" }).click();
      await page.getByText("#/writer/in").first().waitFor();
      const history = page.getByRole("region", { name: "History" });
      expect(await history.getByText("$0.21", { exact: true }).count()).toBe(1);
      expect(await history.getByText("$0.15", { exact: true }).count()).toBe(1);
      expect(await page.getByRole("switch").count()).toBe(0);
    }));

  test("prices as of an instant before the first version are none, and now brings them back", () =>
    visit(member, "/catalogue/acme/writer-large?at=2020-01-01T00:00", {}, async (page) => {
      await page.getByText("No rate was in force then").waitFor();
      await page.getByRole("button", { name: "Back to now" }).click();
      await page.getByRole("table", { name: "Rates" }).getByText("$0.252", { exact: true }).waitFor();
    }));

  test("an unknown model is said to be unknown", () =>
    visit(member, "/catalogue/acme/nobody", {}, (page) =>
      page.getByText("Nothing in the catalogue has that name").waitFor(),
    ));

  test("an operator stops selling a model, with a reason, by keyboard", () =>
    visit(operator, "/catalogue", {}, async (page) => {
      const toggle = page.getByRole("switch", { name: "acme/painter is sold here" });
      await toggle.focus();
      await page.keyboard.press("Space");
      const dialog = page.getByRole("dialog", { name: "Stop selling" });
      await dialog.getByRole("button", { name: "Stop selling" }).click();
      await dialog.getByText("Say why").waitFor();
      await dialog.getByLabel("Reason").fill("Replaced");
      await dialog.getByRole("button", { name: "Stop selling" }).click();
      await page.getByText("acme/painter is no longer sold.").waitFor();
      await page.getByText("1 of 1 model").waitFor();
      const [entry] = await admin.ctx.sql`
        select reason from ratebook.audit_entry where action = 'offering.list' and subject = 'acme/painter'`;
      expect(entry?.["reason"]).toBe("Replaced");
    }));

  test.each([
    { scheme: "light", width: 1280 },
    { scheme: "dark", width: 1280 },
    { scheme: "light", width: 390 },
    { scheme: "dark", width: 390 },
  ] as const)("is accessible and fits, $scheme at $width px", (options) =>
    visit(operator, "/catalogue", options, async (page) => {
      const writer = page.getByRole("link", { name: "Acme Writer Large" });
      await writer.waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await writer.click();
      await page.getByRole("button", { name: /Input tokens/ }).click();
      await page.getByText("#/writer/in").first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(
        await page.evaluate(
          () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
        ),
      ).toBe(true);
    }),
  );
});
