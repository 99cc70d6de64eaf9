import { expectBooksBalance } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { sellModels, useGpt } from "../../testing/fill-wallet.ts";
import { look } from "../../testing/look.ts";
import { openPage, seriousViolations, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;
let customer: Login & { customerId: string };
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  operator = await admin.operator("Olga Operator");
  customer = await admin.member("Carl Customer");
  await sellModels(admin.ctx);
  await useGpt(admin.ctx, customer.customerId);
  await useGpt(admin.ctx, customer.customerId);
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, operator, "/contracts");
});

afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

const panel = (name: string) => page.getByRole("region", { name });
const versions = () => admin.ctx.sql`select version from ratebook.contract_version order by version`;

test("the form of a plan names every field that is wrong, and nothing is saved", async () => {
  await page.getByText("Nobody has a contract yet").waitFor();
  await page.getByRole("link", { name: "Contract plans" }).click();
  await page.getByRole("link", { name: "New plan" }).first().click();
  await page.getByLabel("Own markup in percent").fill("-100.5");
  await page.getByRole("button", { name: "Add a discount" }).click();
  await page.getByLabel("Tier 1: above, in dollars").fill("5,000");
  await page.getByLabel("Tier 1: discount in percent").fill("10");
  await page.getByRole("button", { name: "Add a tier" }).click();
  await page.getByLabel("Tier 2: above, in dollars").fill("1000");
  await page.getByLabel("Tier 2: discount in percent").fill("5");
  await page.getByRole("button", { name: "Save the plan" }).click();
  await page.getByText("A plan needs a name.").waitFor();
  await page.getByText("Not below −100 %.").waitFor();
  await page.getByText("Must be above the tier before.").waitFor();
  await page.getByText("Must not be less than in the tier before.").waitFor();
  await page.getByText("5 fields need another look").waitFor();
  expect(await admin.ctx.sql`select id from ratebook.contract_plan`).toHaveLength(0);
});

test("the form with what is wrong is accessible, in light and dark, wide and narrow", async () => {
  expect(await look(page, "contract-plan-wrong")).toEqual([]);
});

test("a plan is saved once it is right, and its form says what its tiers mean", async () => {
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Growth");
  await page.getByRole("textbox", { name: "Id", exact: true }).fill("growth");
  await page.getByLabel("Own markup in percent").fill("10");
  await page.getByLabel("Tier 1: above, in dollars").fill("1,000");
  await page.getByLabel("Tier 1: discount in percent").fill("5");
  await page.getByLabel("Tier 2: above, in dollars").fill("5000");
  await page.getByLabel("Tier 2: discount in percent").fill("10");
  const means = page.getByRole("note", { name: "What discount 1 means" });
  await means.getByText("The next $4,000: 5 % off.").waitFor();
  // $4,000 × 5 % + $5,000 × 10 % = $700 off a month of $10,000.
  await means.getByText("A month of $10,000.00 comes to $9,300.00").waitFor();
  await page.getByRole("button", { name: "Save the plan" }).click();
  await panel("Growth").getByText("All above $5,000: 10 % off.").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
});

test("a contract from the plan is tried on the last 30 days, changed, and tried again", async () => {
  await page.getByRole("link", { name: "Start a contract from Growth" }).click();
  await page.getByRole("button", { name: "Run over 30 days" }).click();
  await page.getByText("Choose whose contract it is.").waitFor();
  await page.getByRole("combobox", { name: "Customer" }).fill("carl");
  await page.getByRole("option", { name: /^Carl Customer/ }).click();
  await page.getByRole("button", { name: "Run over 30 days" }).click();
  const run = panel("Dry run");
  await run.getByText("2 of 2").first().waitFor();
  // Twice $0.00714 × 1.2, and × 1.1.
  await run
    .getByRole("row", { name: /^openai\/gpt-5.2/ })
    .getByText("−$0.001428")
    .waitFor();
  await page.getByLabel("Own markup in percent").fill("5");
  await run.getByText("The draft has changed since").waitFor();
  await run.getByRole("button", { name: "Run again" }).click();
  await run.getByText("Earlier drafts came to −$0.001428.").waitFor();
  // Twice $0.00714 × 0.15 less.
  await run
    .getByRole("row", { name: /^openai\/gpt-5.2/ })
    .getByText("−$0.002142")
    .waitFor();
});

test("the draft is accessible, in light and dark, wide and narrow", async () => {
  expect(await look(page, "contract-draft")).toEqual([]);
});

test("a draft is activated with a reason, after a last look at what it would have done", async () => {
  await page.getByRole("button", { name: "Activate…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("2 of 2 debits would have been other ones").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Activate" }).click();
  await dialog.getByText("Say why: it is kept in the audit log.").waitFor();
  await dialog.getByLabel("Reason").fill("signed");
  await dialog.getByRole("button", { name: "Activate" }).click();
  await page.getByRole("heading", { name: /^Contract of Carl Customer/ }).waitFor();
  await page.getByText("from the plan growth: signed").waitFor();
  expect(admin.ctx.catalogue.contractAt(customer.customerId, admin.ctx.clock())).toMatchObject({
    label: "contract-1",
    plan: "growth",
  });
});

test("the receipt of the next debit names the rule of the contract that won", async () => {
  const id = await useGpt(admin.ctx, customer.customerId);
  await page.goto(`/customers/${customer.customerId}?receipt=${id}`);
  const receipt = page.getByRole("dialog");
  await receipt
    .getByText(/^contract:own-markup: .*list price \+ 5 %$/)
    .first()
    .waitFor();
  await receipt.getByText("not above 1000").waitFor();
});

test("what the server refuses is shown at its field, and nothing is made", async () => {
  await page.goto(`/contracts/new?customer=${customer.customerId}`);
  await page.getByText(/^contract-1 holds/).waitFor();
  await page.getByLabel("Own markup in percent").fill("7");
  await page.getByLabel("Begins (UTC)").fill("2030-01-02T00:00");
  await page.getByLabel("Ends (UTC)").fill("2030-01-01T00:00");
  await page.getByRole("button", { name: "Activate…" }).click();
  await page.getByText("Must be after it begins.").waitFor();

  const activate = async () => {
    await page.getByRole("button", { name: "Activate…" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("again");
    await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  };
  const wrong = async (label: string): Promise<string> => {
    const field = page.getByLabel(label);
    await page.waitForFunction(
      (it) => it?.matches('[aria-invalid="true"]:focus'),
      await field.elementHandle(),
    );
    return (await page.locator(`[id="${await field.getAttribute("id")}-error"]`).textContent()) ?? "";
  };
  await page.getByLabel("Ends (UTC)").fill("");
  await activate();
  expect(await wrong("Begins (UTC)")).toMatch(
    /^contract-1 holds from .* on; contracts of one customer may not overlap\.$/i,
  );
  await page.getByLabel("Begins (UTC)").fill("");
  await page.getByLabel("Ends (UTC)").fill("2020-01-01T00:00");
  await activate();
  expect(await wrong("Ends (UTC)")).toBe("Must be after it begins.");
  await page.getByLabel("Ends (UTC)").fill("");
  await page.getByRole("switch", { name: "Lock the prices" }).check();
  await page.getByLabel("Catalogue version").fill("99");
  await page.getByLabel("Locked until (UTC)").fill("2031-01-01T00:00");
  await page.getByLabel("An upstream increase may turn the lock into a loss").check();
  await page.getByLabel("Ends contract-1 when this one begins").check();
  await activate();
  expect(await wrong("Catalogue version")).toContain("there is no version 99");
  expect(await versions()).toHaveLength(1);
});

test("a new version with an offering's own price takes the place of the first, side by side in words", async () => {
  await page.goto(`/contracts/${customer.customerId}`);
  await page.getByRole("link", { name: "New version" }).click();
  await page.getByRole("button", { name: "Add a price" }).click();
  const price = page.getByRole("group", { name: "Price 1" });
  await price.getByRole("combobox", { name: "Offering or pattern" }).fill("gpt-5");
  // What was found, not the long list before it, which moves under the pointer and closes.
  await page.getByRole("option", { name: "openai/gpt-5.2" }).waitFor();
  await page.getByRole("option").filter({ hasNotText: "gpt-5" }).first().waitFor({ state: "detached" });
  await page.getByRole("option", { name: "openai/gpt-5.2" }).click();
  await price.getByRole("combobox", { name: "Meter" }).fill("Output tokens");
  await page.getByRole("option", { name: "Output tokens", exact: true }).click();
  await price.getByLabel("Dollars").fill("15");
  await page.getByLabel("Own markup in percent").fill("8");
  await page.getByRole("switch", { name: "Credit line" }).check();
  await page.getByLabel("Credit line a month, in dollars").fill("$500");
  const against = page.getByRole("table", { name: "Against contract-1" });
  await against.getByText("openai/gpt-5.2, Output tokens: $15.00 per 1M tokens").waitFor();
  const simulator = panel("What would they pay?");
  await simulator.getByRole("combobox", { name: "Offering" }).fill("openai/gpt-5.2");
  await simulator.getByRole("combobox", { name: "Meter" }).fill("Output tokens");
  await page.getByRole("option", { name: "Output tokens", exact: true }).click();
  await page.getByRole("button", { name: "Price it" }).click();
  await page.getByText("Output tokens: contract:gpt-5.2-output-tokens wins").waitFor();
  await page.getByRole("button", { name: "Activate…" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("renewed");
  await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
  const compared = page.getByRole("table", { name: "contract-1 and contract-2" });
  const markup = compared.getByRole("row").filter({ hasText: "own-markup" }).first();
  await markup.getByText("Everything: +5%").waitFor();
  await markup.getByText("Everything: +8%").waitFor();
  await compared.getByRole("row").filter({ hasText: "Credit line" }).getByText("$500.00 a month").waitFor();
  await page.getByRole("listitem", { name: "contract-1" }).getByText("ended").waitFor();
  await page.getByRole("listitem", { name: "contract-2" }).getByText("active").waitFor();
  // What was debited under the contract so far; the first tier begins at $1,000.
  await panel(`Volume in ${admin.ctx.clock().toISOString().slice(0, 7)}`)
    .getByText("no discount yet")
    .waitFor();
  await page.getByLabel("Also what is the same").check();
  await compared.getByRole("row").filter({ hasText: "The next $4,000: 5 % off." }).waitFor();
});

test("versions side by side are accessible, in light and dark, wide and narrow", async () => {
  expect(await look(page, "contract-versions")).toEqual([]);
});

test("terms that were copied as JSON fill the form, and what is none of them is refused", async () => {
  await page.getByRole("link", { name: "Draft from contract-2" }).click();
  const dialog = page.getByRole("dialog", { name: "Fill the form from JSON" });
  const fill = async (json: string) => {
    await dialog.getByLabel("Terms").fill(json);
    await dialog.getByRole("button", { name: "Fill the form" }).click();
  };
  await page.getByRole("button", { name: "Fill from JSON" }).click();
  await fill('{"rules":[{"id":"all","percentBps":"much"}]}');
  await dialog.getByText("rules.0.percentBps: must be a number.").waitFor();
  await fill(
    '{"rules":[{"id":"part","match":{"provider":"acme"},"percentBps":300},{"id":"all","percentBps":1234}]}',
  );
  await dialog.waitFor({ state: "hidden" });
  expect(await page.getByLabel("Own markup in percent").inputValue()).toBe("12.34");
  const rule = page.getByRole("list", { name: "Markup rules" }).getByRole("listitem", { name: "part" });
  await rule.getByText("provider acme").waitFor();
  await rule.getByRole("button", { name: "Change part" }).click();
  const modal = page.getByRole("dialog", { name: "Rule part" });
  await modal.getByLabel("Markup in percent").fill("4");
  await modal.getByRole("button", { name: "Change the draft" }).click();
  await page.getByRole("region", { name: "In words" }).getByText("provider acme: +4%").waitFor();
  await rule.getByRole("button", { name: "Remove part" }).click();
  await rule.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add a price" }).click();
  const price = page.getByRole("group", { name: "Price 1" });
  await price.getByRole("combobox", { name: "Offering or pattern" }).fill("acme/*");
  await price.getByRole("combobox", { name: "Meter" }).fill("x_proxy_call");
  await page.getByRole("option", { name: "x_proxy_call" }).click();
  await price.getByLabel("Dollars").fill("0.002");
  await page
    .getByRole("region", { name: "In words" })
    .getByText("acme/*, Proxy call: $0.002 per unit")
    .waitFor();
});

test("a contract that ends soon and a customer without one say so", async () => {
  const ends = new Date(admin.ctx.clock().getTime() + 10 * 86_400_000);
  await page.goto(`/contracts/${customer.customerId}`);
  await page.getByRole("button", { name: "End contract-2" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Ends at (UTC)").fill(ends.toISOString().slice(0, 16));
  await dialog.getByLabel("Reason").fill("not renewed");
  await dialog.getByRole("button", { name: "End it" }).click();
  await page.getByText(`contract-2: it ends on ${ends.toISOString().slice(0, 10)}`).waitFor();
  const other = await admin.member("Nora Nobody");
  await page.goto(`/customers/${other.customerId}`);
  await page.getByRole("link", { name: "Contract", exact: true }).click();
  await page.getByText(/has no contract yet$/).waitFor();
  await page.getByText("Pays by the markup rules just now.").waitFor();
});

test("the customer reads the terms in the billing room, and can change nothing", async () => {
  const seen = await openPage(browser, admin.url, {});
  await signIn(seen.page, customer, "/billing");
  await seen.page.getByRole("heading", { name: "Your terms" }).waitFor();
  await seen.page.getByText("Credit line $500").waitFor();
  expect(await seriousViolations(seen.page)).toEqual([]);
  expect(seen.complaints).toEqual([]);
  await seen.page.context().close();
});

test("a version is ended from the list, and a retired plan begins no contract", async () => {
  await page.goto("/contracts");
  const row = page.getByRole("row", { name: /^contract-2/ });
  await row.getByText("active").waitFor();
  await page.getByText("Contracts that need a look").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await row.getByRole("button", { name: "End contract-2" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("left");
  await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  await row.getByText("ended").waitFor();
  await page.getByRole("link", { name: "Contract plans" }).click();
  await page.getByRole("button", { name: "Retire Growth" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retire it" }).click();
  await panel("Growth").getByText("retired").waitFor();
  expect(await page.getByRole("link", { name: "Start a contract from Growth" }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
