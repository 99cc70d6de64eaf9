import { readFile } from "node:fs/promises";
import { saveContractPlan, setContract } from "@ratebook/billing";
import { OPERATOR } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { look } from "../../testing/look.ts";
import { openPage, seriousViolations, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let page: Page;
let complaints: string[];

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(admin.ctx.clock().getTime() + days * DAY_MS);

/** North holds contract-1 to the 20th day and contract-2 after it; South holds contract-3, from a plan, without an end. */
beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  const operator = await admin.operator("Olga Operator");
  const north = await admin.member("Nora North");
  const south = await admin.member("Sam South");
  const plan = { id: "growth", name: "Growth", description: "", terms: {}, retired: false };
  await saveContractPlan(admin.ctx, OPERATOR, plan);
  for (const contract of [
    { customer: north.customerId, validUntil: inDays(20), terms: { creditLine: { amount: "500" } } },
    { customer: north.customerId, validFrom: inDays(20), terms: {} },
    { customer: south.customerId, plan: "growth", terms: {} },
  ]) {
    const made = await setContract(admin.ctx, OPERATOR, { note: "=signed", ...contract });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
  }
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, operator, "/contracts");
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

/** Waits until these versions are listed and no others. */
async function listed(...labels: string[]): Promise<void> {
  await expect
    .poll(() => page.getByRole("table", { name: "Contracts" }).getByRole("link").allTextContents())
    .toEqual(labels);
}

const choose = async (name: string, option: string) => {
  await page.getByRole("combobox", { name, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};

/** What a click on the room's button saves. */
async function saved(): Promise<{ name: string; lines: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as CSV" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  return { name: download.suggestedFilename(), lines: text.trimEnd().split("\r\n") };
}

test("each filter narrows the list, stands in the address, and is there again after the page is loaded anew", async () => {
  await listed("contract-3", "contract-2", "contract-1");
  expect(await look(page, "contracts")).toEqual([]);
  await page.getByRole("searchbox", { name: "Customer" }).fill("north");
  await listed("contract-2", "contract-1");
  await choose("State", "Scheduled");
  await listed("contract-2");
  expect(new URL(page.url()).search).toBe("?q=north&state=scheduled");
  await page.reload();
  await listed("contract-2");
  // Choosing it once more takes it off.
  await choose("State", "Scheduled");
  await listed("contract-2", "contract-1");
  await choose("Ends within", "Ends within 30 days");
  await listed("contract-1");
  await page.goto("/contracts?plan=growth");
  await listed("contract-3");
  expect(await seriousViolations(page)).toEqual([]);
});

test("the file holds what is listed, with instants in UTC and terms that fill a form again", async () => {
  await page.goto("/contracts");
  await listed("contract-3", "contract-2", "contract-1");
  const all = await saved();
  expect(all.name).toBe("contracts.csv");
  expect(all.lines[0]).toBe(
    "contract,customer,customer_name,state,valid_from,valid_until,plan,terms,reason,created_by,created_at",
  );
  expect(all.lines).toHaveLength(4);
  await page.goto("/contracts?ends=30");
  await listed("contract-1");
  const { lines } = await saved();
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(",Nora North's organization,active,");
  expect(lines[1]).toContain(`,${inDays(20).toISOString().slice(0, 10)}T`);
  expect(lines[1]).toContain('""creditLine"":{""amount"":""500""}');
  // What people wrote runs nothing where the file is opened as a table.
  expect(lines[1]).toContain(",'=signed,");
});

test("filters that nothing passes say so, and are taken off with one click", async () => {
  await page.goto("/contracts?q=north&plan=growth&state=odd&ends=never");
  await page.getByText("No contract passes these filters").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Show every contract" }).click();
  await listed("contract-3", "contract-2", "contract-1");
  expect(await page.getByRole("searchbox", { name: "Customer" }).inputValue()).toBe("");
});

test("a draft that was written in is left only after a question, one that was not without", async () => {
  await page.goto("/contracts/new");
  await page.getByLabel("Own markup in percent").waitFor();
  await page.getByRole("link", { name: "Contracts", exact: true }).first().click();
  await listed("contract-3", "contract-2", "contract-1");

  await page.getByRole("link", { name: "New contract" }).click();
  const markup = page.getByLabel("Own markup in percent");
  await markup.fill("10");
  await page.getByRole("link", { name: "Audit log" }).click();
  const question = page.getByRole("dialog", { name: "Leave this draft?" });
  await question.waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await question.getByRole("button", { name: "Stay here" }).click();
  await question.waitFor({ state: "hidden" });
  expect(await markup.inputValue()).toBe("10");
  await page.goBack();
  await question.getByRole("button", { name: "Leave without saving" }).click();
  await listed("contract-3", "contract-2", "contract-1");
});

test("closing the tab over a plan that was written in asks first; saving it leaves without a question", async () => {
  const asked = new Promise<string>((resolve) =>
    page.once("dialog", async (dialog) => {
      resolve(dialog.type());
      await dialog.dismiss();
    }),
  );
  await page.goto("/contracts/plans/growth");
  await page.getByRole("textbox", { name: "Description" }).fill("For those who grow");
  await page.close({ runBeforeUnload: true });
  expect(await asked).toBe("beforeunload");
  await page.getByRole("button", { name: "Save the plan" }).click();
  await page.getByRole("heading", { name: "Contract plans" }).waitFor();
  await page.getByText("For those who grow").waitFor();
  expect(complaints).toEqual([]);
});
