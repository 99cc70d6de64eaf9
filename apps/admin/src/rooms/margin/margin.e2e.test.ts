import { listUpstream } from "@ratebook/billing";
import { expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { fillWallet, sellModels } from "../../testing/fill-wallet.ts";
import { openPage, seriousViolations, settled, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  await sellModels(admin.ctx);
  operator = await admin.operator("Otto Operator");
  await fillWallet(admin.ctx, (await admin.member("Uma User")).customerId);
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

test("an upstream document is tried, corrected, imported once, and its leaks are named", async () => {
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, operator, "/margin");
  await page.getByRole("table", { name: "By model" }).getByText("openai/gpt-5.2").waitFor();
  await page.getByText("No upstream document is about these days yet").waitFor();
  const today = new Date().toISOString().slice(0, 10);
  const upload = async (rows: string[]) => {
    await page.locator('input[type="file"]').setInputFiles({
      name: "openai.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(["date,model,cost", ...rows].join("\n")),
    });
  };
  const choose = async (label: string, option: string) => {
    await page.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  await page.getByRole("textbox", { name: "Provider" }).fill("openai");
  const latin = Buffer.from("date,model,cost\ncaf\u00e9", "latin1");
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "openai.csv", mimeType: "text/csv", buffer: latin });
  await page.getByText("openai.csv is not UTF-8 text").waitFor();
  await upload([`${today},gpt-ghost,1.25`, "soon,gpt-5.2,1"]);
  await choose("Column of the day", "date");
  await choose("Column of the model", "model");
  await choose("Column of the amount", "cost");
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText("1 rows cannot be read; nothing was imported").waitFor();
  await page.getByText("Line 3: date: “soon” is no date").waitFor();
  await upload([`${today},gpt-ghost,1.25`]);
  const preview = page.getByRole("table", { name: "First rows" });
  await preview.getByText("gpt-ghost").waitFor();
  await choose("Column of the day", "date");
  await choose("Column of the model", "model");
  await choose("Column of the amount", "cost");
  await page.getByRole("button", { name: "Dry run" }).click();
  expect(await preview.getByRole("columnheader").allTextContents()).toEqual([
    "Daydate",
    "Modelmodel",
    "Amountcost",
  ]);
  await page.getByText("openai/gpt-ghost, which the catalogue does not know").waitFor();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const variances = page.getByRole("table", { name: "Variances" });
  await variances.getByText("Billed, not recorded").waitFor();
  expect(await variances.getByRole("row").filter({ hasText: "gpt-ghost" }).textContent()).toContain("$1.25");

  // The name is said to be an offering of ours; the columns are those that were kept.
  await upload([`${today},gpt-ghost,2.50`]);
  await page.getByRole("button", { name: "Dry run" }).click();
  const offering = page.getByRole("textbox", { name: "Offering of gpt-ghost" });
  await offering.fill("openai/gpt-5.2");
  await page.getByText("Something was changed: run it dry again first.").waitFor();
  expect(await page.getByRole("button", { name: "Import", exact: true }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText("which the catalogue does not know").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await variances.getByText("openai/gpt-ghost").waitFor({ state: "detached" });
  const mapped = variances
    .getByRole("row")
    .filter({ hasText: "openai/gpt-5.2" })
    .filter({ hasText: "$2.50" });
  await mapped.first().waitFor();
  const kept = await listUpstream(admin.ctx, OPERATOR);
  expect(kept).toMatchObject({
    value: { mappings: [{ provider: "openai", mapping: { models: { "gpt-ghost": "openai/gpt-5.2" } } }] },
  });
  const shots = process.env.RATEBOOK_SHOTS;
  if (shots) await page.screenshot({ path: `${shots}/margin-imported.png`, fullPage: true });
  expect(complaints).toEqual([]);
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 390],
] as const) {
  test(`margin has no serious accessibility violation and does not scroll sideways (${scheme}, ${width} pixels)`, async () => {
    const { page, complaints } = await openPage(browser, admin.url, { scheme, width });
    await signIn(page, operator, "/margin");
    await page.getByRole("table", { name: "By model" }).waitFor();
    await settled(page);
    expect(await seriousViolations(page)).toEqual([]);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBe(0);
    const shots = process.env.RATEBOOK_SHOTS;
    if (shots) await page.screenshot({ path: `${shots}/margin-${scheme}.png`, fullPage: true });
    expect(complaints).toEqual([]);
  });
}
