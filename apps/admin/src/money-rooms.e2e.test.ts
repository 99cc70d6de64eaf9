import { expectBooksBalance } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "./testing/admin-fixture.ts";
import { launchBrowser } from "./testing/browser.ts";
import { fillWallet, purchase, sellModels, useGpt } from "./testing/fill-wallet.ts";
import { openPage, seriousViolations, signIn } from "./testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;
let owner: Login & { customerId: string };

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  operator = await admin.operator("Olive Operator");
  owner = await admin.member("Carla Customer");
  await sellModels(admin.ctx);
  await purchase(admin.ctx, owner.customerId, "20");
  await useGpt(admin.ctx, owner.customerId);
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

const figure = async (page: Page, label: string): Promise<string | null> => {
  const term = page.getByRole("term").filter({ hasText: label }).first();
  return term.locator("xpath=following-sibling::dd[1]").textContent();
};

test("an operator grants credits for a reason; they are in the wallet, the entries and the audit log", async () => {
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, operator, "/customers");
  await page.getByRole("link", { name: "Carla Customer's organization" }).click();
  await page.getByRole("button", { name: "Adjust credits" }).click();

  const dialog = page.getByRole("dialog", { name: /^Adjust credits of/ });
  await dialog.getByRole("button", { name: "Grant the credits" }).click();
  await dialog.getByText("Say why: it is kept in the audit log.").waitFor();
  await dialog.getByLabel("Amount in US dollars").fill("2.500000001");
  await dialog.getByLabel("Reason").fill("Made up for the outage");
  // It burns before what was bought.
  const preview = dialog.getByLabel("What it would do");
  await preview.getByText("$22.491432001").waitFor();
  await preview.getByRole("listitem").first().getByText("of this grant").waitFor();
  await dialog.getByRole("button", { name: "Grant the credits" }).click();
  await dialog.waitFor({ state: "hidden" });

  const entry = page.getByRole("row").filter({ hasText: "Made up for the outage" }).filter({ hasText: "+$" });
  await entry.waitFor();
  // 20 − 0.008568 + 2.500000001
  await expect.poll(() => figure(page, "Balance")).toBe("$22.491432001");
  expect(await entry.textContent()).toContain("+$2.500000001");
  const audited = await admin.ctx.sql`
    select reason, actor_id as actor from ratebook.audit_entry where reason = 'Made up for the outage'`;
  expect(audited.map((row) => ({ ...row }))).toEqual([
    { reason: "Made up for the outage", actor: operator.id },
  ]);
  expect(complaints).toEqual([]);
});

test("a receipt explains a debit line by line and recomputes in the browser", async () => {
  const { page } = await openPage(browser, admin.url);
  await signIn(page, owner, "/wallet");
  await page.getByRole("button", { name: "Receipt of Usage: openai/gpt-5.2" }).click();
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByText("Recomputed in this browser: 3 lines give the same amount").waitFor();
  const text = (await receipt.textContent()) ?? "";
  // 1,200 × 1.75/M × 1.2 + 800 × 0.175/M × 1.2 + 350 × 14/M × 1.2 = 0.00252 + 0.000168 + 0.00588
  for (const part of [
    "$0.008568",
    "1,200 × $1.75 per 1,000,000 × 1.2 = $0.00252",
    "800 × $0.175 per 1,000,000 × 1.2 = $0.000168",
    "350 × $14 per 1,000,000 × 1.2 = $0.00588",
    "standard: it is the first rule that matches; it sells at the list price + 20 %",
    "manual at #/offerings/0/rates/0",
    "none: the rate applies always",
  ]) {
    expect(text).toContain(part);
  }
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("receipt")).not.toBeNull();
  await page.goBack();
  await receipt.waitFor({ state: "hidden" });
});

test("a customer sees their own organization and nothing of another's", async () => {
  const other = await admin.member("Nora Neighbour");
  await purchase(admin.ctx, other.customerId, "777");
  const foreignReceipt = await useGpt(admin.ctx, other.customerId);

  const { page } = await openPage(browser, admin.url);
  await signIn(page, owner);
  const menu = page.getByRole("navigation", { name: "Rooms" });
  await menu.getByRole("link", { name: "Wallet" }).waitFor();
  expect(await menu.getByRole("link", { name: "Customers" }).count()).toBe(0);

  for (const address of ["/customers", `/customers/${other.customerId}`, "/mail"]) {
    await page.goto(address);
    await page.getByText("Only operators open this room.").waitFor();
  }
  // Whatever the pages show, the server is what refuses.
  for (const call of ["accounts.customers", "accounts.mails", "billing.balance"]) {
    const input = encodeURIComponent(
      JSON.stringify({ json: call.startsWith("b") ? { customer: other.customerId } : {} }),
    );
    const answer = await page.request.get(`/trpc/${call}?input=${input}`);
    expect([call, answer.status()]).toEqual([call, 403]);
    expect(await answer.text()).not.toContain("777");
  }
  await page.goto(`/wallet?receipt=${foreignReceipt}`);
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByRole("alert").waitFor();
  expect(await receipt.textContent()).not.toContain("gpt-5.2");
});

test("a key's text is shown once, works, and stops working when revoked", async () => {
  const { page } = await openPage(browser, admin.url);
  await signIn(page, owner, "/keys");
  await page.getByRole("button", { name: "New key" }).first().click();
  await page.getByLabel("Name").fill("Nightly report");
  await page.getByRole("button", { name: "Create the key" }).click();
  const key = (await page.getByTestId("new-key").textContent()) ?? "";
  expect(key).toMatch(/^rbk_/);
  const ask = async () =>
    (await fetch(`${admin.url}/api/v1/credits/balance`, { headers: { authorization: `Bearer ${key}` } }))
      .status;
  expect(await ask()).toBe(200);

  await page.getByRole("button", { name: "I have stored it" }).click();
  await page.getByRole("row").filter({ hasText: "Nightly report" }).waitFor();
  expect(await page.content()).not.toContain(key);
  await page.getByRole("button", { name: "Revoke Nightly report" }).click();
  await page.getByRole("button", { name: "Revoke the key" }).click();
  await page.getByRole("row").filter({ hasText: "Nightly report" }).filter({ hasText: "revoked" }).waitFor();
  expect(await ask()).toBe(401);
});

test("an owner invites a person, who signs up, confirms and joins", async () => {
  const { page } = await openPage(browser, admin.url);
  await signIn(page, owner, "/members");
  await page.getByRole("button", { name: "Invite a member" }).click();
  await page.getByLabel("E-mail address").fill("ina@example.com");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByRole("row").filter({ hasText: "ina@example.com" }).waitFor();

  const guest = (await openPage(browser, admin.url)).page;
  await guest.goto(await mailedLink("invitation"));
  await guest.getByRole("link", { name: "Create an account" }).click();
  await guest.getByLabel("Name").fill("Ina Invited");
  await guest.getByLabel("E-mail address").fill("ina@example.com");
  await guest.getByRole("textbox", { name: "Password" }).fill("a long enough password");
  await guest.getByRole("button", { name: "Create the account" }).click();
  await guest.getByText("We have written to").waitFor();
  await guest.goto(await mailedLink("verify-email"));
  await guest.getByRole("button", { name: "Accept the invitation" }).click();
  // She has an organization of her own since she signed up; the one she joined is open now.
  await guest.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await guest.getByRole("main").getByText("Carla Customer's organization").waitFor();
  expect(await guest.getByLabel("Organization").count()).toBeGreaterThan(0);
});

test("an operator creates a customer and invites its first owner, who joins", async () => {
  const { page } = await openPage(browser, admin.url);
  await signIn(page, operator, "/customers");
  await page.getByRole("button", { name: "New customer" }).first().click();
  await page.getByLabel("Name").fill("Brand New Inc.");
  await page.getByRole("button", { name: "Create the customer" }).click();
  await page.getByRole("heading", { level: 1, name: "Brand New Inc." }).waitFor();
  await page.getByRole("button", { name: "Invite a member" }).click();
  await page.getByLabel("E-mail address").fill("Una@example.com");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByText("An invitation for Una@example.com was written.").waitFor();

  const una = await admin.member("Una");
  const guest = (await openPage(browser, admin.url)).page;
  const link = new URL(await mailedLink("invitation"));
  await signIn(guest, una, `${link.pathname}${link.search}`, "Accept the invitation");
  await guest.getByRole("button", { name: "Accept the invitation" }).click();
  await guest.getByRole("main").getByText("Brand New Inc.").waitFor();
  await guest.goto("/members");
  await guest.getByRole("row").filter({ hasText: "una@example.com" }).filter({ hasText: "Owner" }).waitFor();
});

test("a forgotten password is set anew by the mailed link", async () => {
  const person = await admin.member("Fay Forgetful");
  const { page } = await openPage(browser, admin.url);
  await page.goto("/forgot-password");
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("a mail with a link is on its way").waitFor();
  await page.goto(await mailedLink("reset-password"));
  await page.getByRole("textbox", { name: "New password" }).fill("quite another password");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { name: "The new password is set" }).waitFor();
  await signIn(page, { ...person, password: "quite another password" });
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 390],
] as const) {
  test(`no room has a serious accessibility violation or scrolls sideways (${scheme}, ${width} pixels)`, async () => {
    const full = await admin.member(`Full ${scheme}`);
    await fillWallet(admin.ctx, full.customerId);
    const walks = [
      [operator, ["/", "/customers", `/customers/${full.customerId}`, "/keys", "/mail"]],
      [full, ["/", "/wallet", "/keys", "/members"]],
    ] as const;
    for (const [person, addresses] of walks) {
      const { page, complaints } = await openPage(browser, admin.url, { scheme, width });
      await signIn(page, person);
      for (const address of addresses) {
        await page.goto(address);
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await seriousViolations(page), address).toEqual([]);
        expect(await overflow(page), address).toBe(0);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The address in the newest mail of a kind. */
async function mailedLink(template: string): Promise<string> {
  const rows = await admin.ctx.sql<{ text: string }[]>`
    select text from ratebook.mail where template = ${template} order by id desc limit 1`;
  const link = rows[0]?.text.match(/https?:\/\/\S+/)?.[0];
  if (link === undefined) throw new Error(`no ${template} mail has a link`);
  return link;
}
