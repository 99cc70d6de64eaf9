import { createKey } from "@ratebook/billing";
import { OPERATOR } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { purchase, sellModels } from "../../testing/fill-wallet.ts";
import { seriousViolations, type VisitOptions, visitAs } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let member: Login & { customerId: string };
let key: string;

beforeAll(async () => {
  admin = await startAdmin();
  await sellModels(admin.ctx);
  member = await admin.member("Api User");
  await purchase(admin.ctx, member.customerId, "12.5");
  const created = await createKey(admin.ctx, OPERATOR, {
    kind: "customer",
    customer: member.customerId,
    name: "Explorer",
    scopes: ["read", "usage:write"],
  });
  if (!created.ok) throw new Error(created.error.kind);
  key = created.value.key;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

const visit = (options: VisitOptions, look: (page: Page) => Promise<void>) =>
  visitAs({ browser, url: admin.url, login: member, room: "/explorer", ...options }, look);

const routes = (page: Page) => page.getByRole("navigation", { name: "Routes" });
const run = (page: Page) => page.getByRole("button", { name: "Run", exact: true }).click();

describe("the API Explorer", () => {
  test("shows the documented curl line for this server, and never one this server does not serve", () =>
    visit({}, async (page) => {
      const lines = page.getByRole("region", { name: "From the command line" });
      await lines
        .getByText(
          `curl -X GET "${admin.url}/api/v1/credits/summary" \\\n  -H "Authorization: Bearer YOUR_API_KEY"`,
        )
        .waitFor();
      const document: unknown = await (await fetch(`${admin.url}/api/openapi.json`)).json();
      const served = JSON.stringify(document);
      for (const text of await lines.locator("pre").allTextContents()) {
        const path = /"https?:\/\/[^/]+(\/[^"]+)"/.exec(text)?.[1] ?? "no path";
        expect(served).toContain(`"${path.replace(/\{.*/, "")}`);
      }
    }));

  test("runs credits/summary with the viewer's key and shows the documented shape, digits as they came", () =>
    visit({}, async (page) => {
      await routes(page).getByRole("link", { name: "GET /v1/credits/summary" }).click();
      await run(page);
      await page.getByText("Paste an API key to run this route").waitFor();
      await page.getByRole("textbox", { name: "API key" }).fill(key);
      await run(page);
      await page.getByText("200 OK").waitFor();
      const body: unknown = JSON.parse(
        (await page.getByRole("region", { name: "Body of the answer" }).textContent()) ?? "",
      );
      expect(body).toMatchObject({
        success: true,
        balance: 12.5,
        pending: 0,
        usage: { today: 0, thisMonth: 0, byAgent: [], byApp: [], byModel: [] },
        organization: { id: member.customerId, creditBalance: 12.5 },
        pricing: { creditsPerDollar: 1 },
      });
    }));

  test("forgets the key with the page, and writes it nowhere", () =>
    visit({}, async (page) => {
      await page.getByRole("textbox", { name: "API key" }).fill(key);
      const kept = await page.evaluate(() =>
        JSON.stringify([
          Object.entries(localStorage),
          Object.entries(sessionStorage),
          document.cookie,
          location.href,
        ]),
      );
      expect(kept).not.toContain(key);
      await page.reload();
      await page.getByRole("textbox", { name: "API key" }).waitFor();
      expect(await page.getByRole("textbox", { name: "API key" }).inputValue()).toBe("");
    }));

  test("prices a quote live as it is typed, and the run gives the same price", () =>
    visit({}, async (page) => {
      await routes(page).getByRole("link", { name: "POST /v1/pricing/quote" }).click();
      const price = page.getByRole("complementary", { name: "Live price" });
      await page
        .getByRole("textbox", { name: "Body" })
        .fill('{"offering":"openai/gpt-5.2","quantities":{"input_tokens":1200,"output_tokens":350}}');
      // 1,200 × $1.75/M × 1.2 = $0.00252; 350 × $14/M × 1.2 = $0.00588.
      await price.getByText("$0.0084", { exact: true }).waitFor();
      await price.getByLabel("Cache read tokens").fill("800");
      // 800 × $0.175/M × 1.2 = $0.000168 more.
      await price.getByText("$0.008568", { exact: true }).waitFor();
      await page.getByRole("textbox", { name: "API key" }).fill(key);
      await run(page);
      await page
        .getByRole("region", { name: "Body of the answer" })
        .getByText(/"0\.008568"/)
        .waitFor();
    }));

  test("names what is wrong with a body before it is sent", () =>
    visit({}, async (page) => {
      await routes(page).getByRole("link", { name: "POST /v1/pricing/quote" }).click();
      await page.getByRole("textbox", { name: "Body" }).fill("{");
      await page.getByRole("textbox", { name: "API key" }).fill(key);
      await run(page);
      await page.getByText(/^not valid JSON/).waitFor();
    }));

  test.each([
    { scheme: "light", width: 1280 },
    { scheme: "dark", width: 1280 },
    { scheme: "light", width: 390 },
    { scheme: "dark", width: 390 },
  ] as const)("is accessible and fits, $scheme at $width px", (options) =>
    visit(options, async (page) => {
      await page.getByText("From the command line").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      if (options.width < 1000) {
        await page.getByRole("combobox", { name: "Route" }).click();
        await page.getByRole("option", { name: "POST /api/v1/pricing/quote" }).click();
      } else {
        await routes(page).getByRole("link", { name: "POST /v1/pricing/quote" }).click();
      }
      await page.getByText("Would cost", { exact: true }).waitFor();
      await page.getByRole("textbox", { name: "API key" }).fill(key);
      await run(page);
      await page.getByText("200 OK").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(
        await page.evaluate(
          () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
        ),
      ).toBe(true);
    }),
  );
});
