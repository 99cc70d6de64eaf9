import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { createKey, recordUsage, upsertCustomer } from "@ratebook/billing";
import { dollars, OPERATOR, SERVICE } from "@ratebook/billing/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { sellModels } from "../../testing/fill-wallet.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  await sellModels(admin.ctx);
  operator = await admin.operator("Otto Operator");
  for (const externalId of ["acme-42", "globex-7"]) {
    const made = await upsertCustomer(admin.ctx, OPERATOR, { externalId, name: externalId });
    if (!made.ok) throw new Error(made.error.kind);
  }
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

const shadow = async (customer: string, model: string, platformAmount?: string): Promise<void> => {
  const kept = await recordUsage(admin.ctx, SERVICE, {
    customer,
    offering: model,
    quantities: { input_tokens: 1_200, output_tokens: 350 },
    shadow: true,
    idempotencyKey: admin.ctx.newId(),
    ...(platformAmount !== undefined && { platformAmount: dollars(platformAmount) }),
  });
  if (!kept.ok) throw new Error(JSON.stringify(kept.error));
};

test("an empty room says how to send, in a line that works, and looks right", async () => {
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, operator, "/shadow");
  await page.getByText("Nothing was sent in shadow in these days").waitFor();
  const made = await createKey(admin.ctx, OPERATOR, {
    kind: "service",
    name: "gateway",
    scopes: ["usage:any"],
  });
  if (!made.ok) throw new Error(made.error.kind);
  const printed = (await page.getByLabel("Curl line").locator("pre").textContent()) ?? "";
  const line = printed.replace("YOUR_SERVICE_KEY", made.value.key).replace("YOUR_CUSTOMER", "acme-42");
  // (1200 × $1.75 + 350 × $14) ÷ 10^6 = $0.007, and 20 % more
  const { stdout } = await promisify(execFile)("bash", ["-c", `${line} -sS`]);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "shadow",
    amount: "0.0084",
  });
  expect(await look(page, "shadow-empty")).toEqual([]);
  expect(complaints).toEqual([]);
});

test("what was sent is compared by model, filtered by customer, and saved", async () => {
  await shadow("globex-7", "openai/gpt-5.2", "0.005");
  await shadow("globex-7", "openai/gpt-5.2");
  await shadow("globex-7", "acme/unheard-of-1", "0.01");

  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, operator, "/shadow");
  const table = page.getByRole("table", { name: "Shadow by model" });
  const known = table.getByRole("row").filter({ hasText: "openai/gpt-5.2" });
  // 2 × 0.0084 − 0.009 − 0.005 = 0.0028, a fifth of 0.014
  await known.getByText("+$0.0028").waitFor();
  expect(await known.textContent()).toMatch(
    /1 without the platform's amount.*3\$0\.0168\$0\.014\+\$0\.0028\+20\.0 %/,
  );
  const unknown = table.getByRole("row").filter({ hasText: "acme/unheard-of-1" });
  expect(await unknown.textContent()).toContain("1 of an unknown model");
  await page.getByRole("searchbox", { name: "Customer" }).fill("acme-42");
  await known.getByText("−$0.0006").waitFor();
  expect(new URL(page.url()).searchParams.get("customer")).toBe("acme-42");
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as CSV" }).click();
  const saved = await readFile(await (await downloading).path(), "utf8");
  expect(saved.split("\r\n").slice(1, 3)).toEqual([
    "openai/gpt-5.2,1,0.0084,0.009,1,0.0084,0.009,-0.0006,",
    "total,1,0.0084,0.009,1,0.0084,0.009,-0.0006,",
  ]);
  await page.getByRole("searchbox", { name: "Customer" }).fill("");
  await unknown.waitFor();
  expect(await look(page, "shadow")).toEqual([]);
  expect(complaints).toEqual([]);
});
