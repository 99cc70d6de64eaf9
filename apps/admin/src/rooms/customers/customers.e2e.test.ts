import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { fillWallet, purchase, sellModels } from "../../testing/fill-wallet.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  await sellModels(admin.ctx);
  operator = await admin.operator("Olga Operator");
  const full = await admin.member("Nora North");
  await fillWallet(admin.ctx, full.customerId);
  const other = await admin.member("Sam South");
  await purchase(admin.ctx, other.customerId, "12.5");
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, operator, "/customers");
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

/** What a click on the room's button saves. */
async function saved(): Promise<{ name: string; lines: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as CSV" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  return { name: download.suggestedFilename(), lines: text.trimEnd().split("\r\n") };
}

test("the list narrows to what is searched, which the address keeps, and is saved as it is shown", async () => {
  await page.getByRole("row").filter({ hasText: "Sam South" }).waitFor();
  expect(await look(page, "customers")).toEqual([]);
  const all = await saved();
  expect(all.name).toBe("customers.csv");
  expect(all.lines[0]).toMatch(/^id,external_id,name,email,balance_usd,available_usd/);
  expect(all.lines).toHaveLength(3);
  await page.getByLabel("Search customers").fill("south");
  await page.getByRole("row").filter({ hasText: "Nora North" }).waitFor({ state: "detached" });
  expect(new URL(page.url()).search).toBe("?q=south");
  const { lines } = await saved();
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(",Sam South's organization,");
  expect(lines[1]).toContain(",12.5,12.5,0,0,");
});

test("the audit log is narrowed by what was done and by day, and saved as it is shown", async () => {
  await page.goto("/customers");
  await page.getByRole("link", { name: "Sam South's organization" }).click();
  await page.getByRole("button", { name: "Adjust credits" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Amount in US dollars").fill("2");
  await dialog.getByLabel("Reason").fill("Sorry for Monday");
  await dialog.getByRole("button", { name: "Grant the credits" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.goto("/audit");
  await page.getByText("“Sorry for Monday”").waitFor();
  expect(await look(page, "audit")).toEqual([]);
  const all = await saved();
  await page.getByRole("searchbox", { name: "What" }).fill("credits");
  await page.getByRole("searchbox", { name: "Who" }).fill("operator");
  await page.waitForURL(/q=credits/);
  await page.getByText("“Sorry for Monday”").waitFor();
  const { name, lines } = await saved();
  expect(name).toBe("audit-log.csv");
  expect(lines[0]).toBe(
    "at,actor_kind,actor,actor_name,action,subject,customer,customer_name,before,after,reason,id",
  );
  expect(lines.length).toBeLessThan(all.lines.length);
  expect(lines[1]).toContain(`,operator,${operator.id},`);
  expect(lines[1]).toContain(",Sorry for Monday,");
  await page.getByLabel("To (UTC)").fill("2020-01-01");
  await page.getByText("Sorry for Monday").waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});
