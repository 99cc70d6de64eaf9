import { grantRecurring, readPurchaseLimits, readSignupGrant } from "@ratebook/billing";
import type { Browser, Locator, Page } from "playwright-core";
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

test("a form begins at its first field, opens what is folded where that is wrong, and gives the focus back", async () => {
  await page.getByRole("button", { name: "New pack" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "New pack" });
  const focused = (of: Locator) => of.evaluate((it) => it === document.activeElement);
  await expect.poll(() => focused(dialog.getByLabel("Slug"))).toBe(true);
  const place = dialog.getByLabel("Place in the list");
  expect(await place.isVisible()).toBe(false);
  await dialog.getByText("Days on sale, and place in the list").click();
  await place.fill("first");
  await dialog.getByText("Days on sale, and place in the list").click();
  await place.waitFor({ state: "hidden" });
  await dialog.getByRole("button", { name: "Save the pack" }).click();
  await place.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await expect.poll(() => focused(page.getByRole("button", { name: "New pack" }))).toBe(true);
});

test("a promotion with a code is made, and its code switched off", async () => {
  await page.getByRole("button", { name: "New promotion" }).click();
  const fresh = page.getByRole("dialog", { name: "New promotion" });
  await fresh.getByLabel("Name").fill("Launch week");
  await fresh.getByLabel("Bonus in percent").fill("12.5");
  await fresh.getByLabel("Codes", { exact: true }).fill("launch early");
  await fresh.getByText("A fixed bonus, which purchases, and how often").click();
  await fresh.getByLabel("Uses a customer").fill("1");
  await fresh.getByRole("button", { name: "Save the promotion" }).click();
  const row = page.getByRole("table", { name: "Promotions" }).getByRole("row").nth(1);
  await row.getByText("12.5 % on top").waitFor();
  await row.getByText("LAUNCH 0").waitFor();
  await page.getByRole("button", { name: "Change Launch week" }).click();
  const change = page.getByRole("dialog", { name: "Change Launch week" });
  // What is in use is not folded away.
  expect(await change.getByLabel("Uses a customer").inputValue()).toBe("1");
  await change.getByLabel("Uses a customer").waitFor();
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

test("a plan is made, what is wrong stands at its field, and its subscribers are counted", async () => {
  await page.getByRole("button", { name: "New plan" }).click();
  const fresh = page.getByRole("dialog", { name: "New plan" });
  await fresh.getByLabel("Slug").fill("Team Plan");
  await fresh.getByRole("button", { name: "Save the plan" }).click();
  await fresh.getByText("Small letters, digits and -.").waitFor();
  await fresh.getByText("Name it.").waitFor();
  await fresh.getByLabel("Slug").fill("team");
  await fresh.getByLabel("Name").fill("Team");
  await fresh.getByLabel("Price a period").fill("1000.01");
  await fresh.getByLabel("Credits included").fill("20");
  await fresh.getByText("What rolls over, and place in the list").click();
  await fresh.getByLabel("Rolls over, at most").fill("5");
  await fresh.getByRole("button", { name: "Save the plan" }).click();
  // What the server refuses is told where it was typed.
  const price = fresh.getByLabel("Price a period");
  await expect.poll(() => price.getAttribute("aria-invalid")).toBe("true");
  await fresh.getByText("Must be between $1.00 and $1000.00.").waitFor();
  await price.fill("15");
  await fresh.getByRole("button", { name: "Save the plan" }).click();
  await page.getByText("Team is saved.").waitFor();
  const [plan] = await admin.ctx.sql<{ id: string; cents: bigint; included: bigint; cap: bigint }[]>`
    select id, price_cents as cents, included_nanos as included, rollover_cap_nanos as cap from ratebook.plan`;
  expect(plan).toMatchObject({ cents: 1_500n, included: 20_000_000_000n, cap: 5_000_000_000n });
  await admin.ctx.sql`
    insert into ratebook.recurring_grant
      (id, customer_id, name, amount_nanos, period, subscription_id, plan_id, anchor_at, active, created_at)
    values (gen_random_uuid(), gen_random_uuid(), 'Team', 20000000000, 'month', 'sub_1', ${plan?.id ?? null}, now(), true, now())`;
  await page.reload();
  const row = page.getByRole("table", { name: "Plans" }).getByRole("row").nth(1);
  await row.getByRole("cell", { name: "1", exact: true }).waitFor();
  expect(await row.textContent()).toContain("$15.00 a month");
});

test("welcome credits are switched on with their limits, and a wrong one is told at its field", async () => {
  const panel = page.getByRole("region", { name: "Welcome credits" });
  await panel.getByRole("switch", { name: "Give credits for signing up" }).setChecked(true, { force: true });
  await panel.getByLabel("Credits", { exact: true }).fill("1000.5");
  await panel.getByLabel("Grants an address").fill("2");
  await panel.getByLabel("Within how many hours").fill("48");
  await panel.getByRole("button", { name: "Save the welcome credits" }).click();
  await panel.getByText("Must be more than 0 and at most 1000.").waitFor();
  await panel.getByLabel("Credits", { exact: true }).fill("2.5");
  await panel.getByRole("button", { name: "Save the welcome credits" }).click();
  await page.getByText("Signing up gives credits now.").waitFor();
  expect(await readSignupGrant(admin.ctx)).toEqual({
    enabled: true,
    amount: 2_500_000_000n,
    perAddress: 2,
    windowHours: 48,
  });
});

test("changed purchase limits hold for the next purchase, and impossible ones are told at their field", async () => {
  const panel = page.getByRole("region", { name: "Purchase limits" });
  await panel.getByLabel("Least purchase").fill("5");
  await panel.getByLabel("Greatest purchase").fill("4");
  await panel.getByRole("button", { name: "Save the limits" }).click();
  await panel.getByText(/^Must be whole cents between \$5\.00 and/).waitFor();
  await panel.getByLabel("Greatest purchase").fill("2,500");
  await panel.getByRole("button", { name: "Save the limits" }).click();
  await page.getByText("The purchase limits are saved.").waitFor();
  expect(await readPurchaseLimits(admin.ctx)).toEqual({ min: 5_000_000_000n, max: 2_500_000_000_000n });
});

test("a customer's recurring grant is made in its wallet, comes at once, and is switched off", async () => {
  const { customerId } = await admin.member("Greta Granted");
  await page.goto(`/customers/${customerId}`);
  await page.getByRole("button", { name: "New recurring grant" }).click();
  const fresh = page.getByRole("dialog", { name: "New recurring grant" });
  await fresh.getByLabel("Name").fill("Sponsored credits");
  await fresh.getByLabel("Credits a period").fill("0");
  await fresh.getByRole("button", { name: "Save the grant" }).click();
  await fresh.getByText("The amount must be more than 0.").waitFor();
  await fresh.getByLabel("Credits a period").fill("12.5");
  await fresh.getByLabel("Rolls over, at most").fill("2");
  await fresh.getByRole("button", { name: "Save the grant" }).click();
  await page.getByText("Sponsored credits is saved.").waitFor();
  // As the schedule does every minute.
  await grantRecurring(admin.ctx);
  const [wallet] = await admin.ctx.sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${customerId}`;
  // 2.50 for signing up, as was switched on above, and 12.50.
  expect(wallet?.balance).toBe(15_000_000_000n);
  await page.reload();
  expect(await look(page, "recurring-grants")).toEqual([]);
  await page.getByRole("button", { name: "Change Sponsored credits" }).click();
  const change = page.getByRole("dialog", { name: "Change Sponsored credits" });
  expect(await change.getByRole("combobox", { name: "Period" }).isDisabled()).toBe(true);
  await change.getByRole("switch", { name: "Running" }).setChecked(false, { force: true });
  await change.getByRole("button", { name: "Save the grant" }).click();
  await page.getByRole("table", { name: "Recurring grants" }).getByText("Switched off").waitFor();
  await page.goto("/packs");
});

test("no serious violation, nothing sideways at 390", async () => {
  await page.getByRole("table", { name: "Plans" }).waitFor();
  expect(await look(page, "packs")).toEqual([]);
  await page.getByRole("button", { name: "New plan" }).click();
  await page.getByRole("dialog", { name: "New plan" }).waitFor();
  expect(await look(page, "new-plan")).toEqual([]);
  expect(complaints).toEqual([]);
});
