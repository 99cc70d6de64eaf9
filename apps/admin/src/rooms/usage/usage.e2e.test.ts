import { rollUsage } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { fillWallet, sellModels } from "../../testing/fill-wallet.ts";
import { look } from "../../testing/look.ts";
import { useManyModels } from "../../testing/many-models.ts";
import { openPage, seriousViolations, settled, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let owner: Login & { customerId: string };
let operator: Login;

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  await sellModels(admin.ctx);
  [owner, operator] = [await admin.member("Uma User"), await admin.operator("Otto Operator")];
  await fillWallet(admin.ctx, owner.customerId);
  // Half of it comes from rollups, the rest from entries.
  await rollUsage(admin.ctx, { entries: 40 });
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

test("a customer narrows usage by clicking, and the address brings the view back", async () => {
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, owner, "/usage");
  const table = page.getByRole("table", { name: "By model" });
  await table.getByRole("button", { name: "openai/gpt-5.2" }).click();
  await page.waitForURL(/f\.model=openai%2Fgpt-5\.2/);
  const agents = page.getByRole("table", { name: "By agent" });
  await agents.getByRole("button", { name: "researcher" }).waitFor();
  const total = await agents.getByRole("row", { name: /^Total/ }).textContent();
  const [row] = await admin.ctx.sql<{ calls: number }[]>`
    select count(*)::int as calls from ratebook.usage_event
    where account_id = ${owner.customerId} and offering = 'openai/gpt-5.2' and state = 'parked'
      or account_id = ${owner.customerId} and offering = 'openai/gpt-5.2' and not exists (
        select from ratebook.usage_event p where p.account_id = ${owner.customerId} and p.state = 'parked'
          and p.op_id in (select ref_id from ratebook.entry e where e.op_id = usage_event.op_id))`;
  expect(total).toContain(`Total${row?.calls}`);
  // What the platform pays is nobody else's business.
  expect(await page.getByText("Margin").count()).toBe(0);
  await page.reload();
  await agents.getByRole("button", { name: "researcher" }).waitFor();
  await page.getByRole("button", { name: "Take off Model: openai/gpt-5.2" }).click();
  await page.getByRole("table", { name: "By agent" }).getByRole("button", { name: "Not named" }).waitFor();
  expect(complaints).toEqual([]);
});

test("the chart's figures are a table too, and a download ends with the ledger's sum", async () => {
  const { page } = await openPage(browser, admin.url);
  await signIn(page, owner, "/usage?range=30d");
  await page.getByRole("switch", { name: "As a table" }).click({ force: true });
  await page.getByRole("table", { name: "Spend over time" }).waitFor();
  expect(await page.getByRole("table", { name: "Spend over time" }).getByRole("row").count()).toBe(31);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as CSV" }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).toString()).toMatch(/Total per ledger as of [^,]+Z,.*,\d+\.\d+,\r\n$/);
});

test("an operator sees margin and goes from a customer to its models", async () => {
  const { page } = await openPage(browser, admin.url);
  await signIn(page, operator, "/usage?by=customer");
  await page.getByRole("table", { name: "By customer" }).getByRole("button", { name: /Uma/ }).click();
  await page
    .getByRole("table", { name: "By model" })
    .getByRole("button", { name: "openai/gpt-5.2" })
    .waitFor();
  await page.getByRole("term").filter({ hasText: "Margin" }).waitFor();
});

test("many models are a chart of the greatest, infrastructure counts its bills, and tags say that they overlap", async () => {
  const many = await admin.member("Mona Many");
  await useManyModels(admin.ctx, many.customerId);
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, many, "/usage");
  const models = page.getByRole("table", { name: "By model" });
  await models.getByRole("row").filter({ hasText: "ratebook/deployment" }).getByText("1 bill").waitFor();
  // Six have a colour.
  expect(await page.locator(".usage-legend button").count()).toBe(6);
  await page.locator(".usage-legend").getByText("All others").waitFor();
  expect(await look(page, "usage-many-models")).toEqual([]);
  await page.goto("/usage?by=tag");
  await page.getByText("rows may add up to more than the total").waitFor();
  await page.locator(".usage-legend").getByText("All usage").waitFor();
  expect(await look(page, "usage-tags")).toEqual([]);
  await page.getByRole("table", { name: "By tag" }).getByRole("button", { name: "team:blue" }).click();
  await page.waitForURL(/f\.tag=team%3Ablue/);
  await page.getByRole("button", { name: "Take off Tag: team:blue" }).waitFor();
  await page.goto("/usage?from=2020-01-01&to=2020-01-02");
  await page.getByText("Nothing was used here").waitFor();
  expect(await look(page, "usage-empty")).toEqual([]);
  await page.goto("/");
  await page.getByRole("table", { name: "Spend by model" }).getByText("1 bill").waitFor();
  expect(await look(page, "usage-dashboard")).toEqual([]);
  expect(complaints).toEqual([]);
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 390],
] as const) {
  test(`usage has no serious accessibility violation and does not scroll sideways (${scheme}, ${width} pixels)`, async () => {
    for (const [person, addresses] of [
      [owner, ["/usage", "/usage?by=agent&zone=organization", "/"]],
      [operator, ["/usage", "/usage?from=2020-01-01&to=2020-01-02"]],
    ] as const) {
      const { page, complaints } = await openPage(browser, admin.url, { scheme, width });
      await signIn(page, person);
      for (const address of addresses) {
        await page.goto(address);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await settled(page);
        expect(await seriousViolations(page), address).toEqual([]);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide, address).toBe(0);
        const shots = process.env.SHOTS;
        if (shots)
          await page.screenshot({
            path: `${shots}/${person === owner ? "c" : "o"}${address.replaceAll(/\W+/g, "-")}-${scheme}.png`,
            fullPage: true,
          });
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
}
