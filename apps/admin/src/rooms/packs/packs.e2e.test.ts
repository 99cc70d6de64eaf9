import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, await admin.operator("Olga Operator"), "/packs");
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

type SoldPack = { slug: string; price_cents: number; bonusCredits: unknown };

test("a changed pack is what the credit-pack API sells, and its slug stays", async () => {
  await page.getByRole("button", { name: "Change Growth" }).click();
  const dialog = page.getByRole("dialog", { name: "Change Growth" });
  expect(await dialog.getByLabel("Slug").isDisabled()).toBe(true);
  await dialog.getByLabel("Price").fill("60");
  await dialog.getByLabel("Its own bonus").fill("6");
  await dialog.getByRole("button", { name: "Save the pack" }).click();
  await page.getByText("Growth is saved.").waitFor();
  const answer = await fetch(new URL("/api/v1/credits/packs", admin.url));
  const { creditPacks }: { creditPacks: SoldPack[] } = await answer.json();
  expect(creditPacks.find(({ slug }) => slug === "growth")).toMatchObject({ price_cents: 6_000 });
});

test("an amount out of the purchase limits is refused in a sentence", async () => {
  await page.getByRole("button", { name: "Change Growth" }).click();
  const dialog = page.getByRole("dialog", { name: "Change Growth" });
  await dialog.getByLabel("Price").fill("1000.01");
  await dialog.getByRole("button", { name: "Save the pack" }).click();
  await dialog
    .getByRole("alert")
    .getByText(/must be between \$1\.00 and \$1000\.00/)
    .waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
});

test("a promotion with a code is made, and its code switched off", async () => {
  await page.getByRole("button", { name: "New promotion" }).click();
  const fresh = page.getByRole("dialog", { name: "New promotion" });
  await fresh.getByLabel("Name").fill("Launch week");
  await fresh.getByLabel("Bonus in percent").fill("12.5");
  await fresh.getByLabel("Codes", { exact: true }).fill("launch early");
  await fresh.getByLabel("Uses a customer").fill("1");
  await fresh.getByRole("button", { name: "Save the promotion" }).click();
  const row = page.getByRole("table", { name: "Promotions" }).getByRole("row").nth(1);
  await row.getByText("12.5 % on top").waitFor();
  await row.getByText("LAUNCH 0").waitFor();
  await page.getByRole("button", { name: "Change Launch week" }).click();
  const change = page.getByRole("dialog", { name: "Change Launch week" });
  await change.getByLabel("Codes", { exact: true }).fill("LAUNCH");
  await change.getByRole("button", { name: "Save the promotion" }).click();
  await change.waitFor({ state: "hidden" });
  const codes = await admin.ctx.sql<{ code: string; active: boolean }[]>`
    select code, active from ratebook.promotion_code order by code`;
  expect(codes.map((code) => ({ ...code }))).toEqual([
    { code: "EARLY", active: false },
    { code: "LAUNCH", active: true },
  ]);
  const [promotion] = await admin.ctx.sql<{ bps: number; limit: number }[]>`
    select bonus_bps as bps, per_customer_limit as limit from ratebook.promotion`;
  expect({ ...promotion }).toEqual({ bps: 1_250, limit: 1 });
});

test("no serious violation, nothing sideways at 390", async () => {
  expect(await look(page, "packs")).toEqual([]);
  expect(complaints).toEqual([]);
});
