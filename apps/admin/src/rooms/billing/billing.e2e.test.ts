import { readFile } from "node:fs/promises";
import { issueMissingInvoices, recordUsage, rollUsage, savePlan } from "@ratebook/billing";
import { expectBooksBalance, SERVICE } from "@ratebook/billing/testing";
import { nanos } from "@ratebook/core";
import type { Browser, Page } from "playwright-core";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { sellModels } from "../../testing/fill-wallet.ts";
import { openPage, seriousViolations, settled, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let owner: Login & { customerId: string };
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  owner = await admin.member("Bella Buyer");
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, owner, "/billing");
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

const figure = (label: string) =>
  page.getByRole("term").filter({ hasText: label }).first().locator("xpath=following-sibling::dd[1]");

test("a declined card says so on the payment page, and nothing is charged", async () => {
  await page.getByText("No real money moves here.").waitFor();
  await page.getByText("No invoices yet").waitFor();
  await page.getByRole("button", { name: "Buy for $10.00: Starter" }).click();
  await page.getByLabel("Card number").fill("4000 0000 0000 0002");
  await page.getByRole("button", { name: "Pay $10.00" }).click();
  await page.getByRole("alert").getByText("Your card was declined.").waitFor();
  await page.getByRole("link", { name: "Back without paying" }).click();
  await page.getByText("You came back without paying. Nothing was charged.").waitFor();
  expect(await figure("Balance").textContent()).toBe("$0.00");
});

test("an amount out of the limits is told the limits before anything is opened", async () => {
  await page.getByLabel("Another amount in US dollars").fill("1000.01");
  await page.getByRole("button", { name: "Buy this amount" }).click();
  await page.getByText("Between $1.00 and $1,000.00.").waitFor();
});

test("a pack bought with a good card is in the balance with its bonus, and the card is kept", async () => {
  await page.getByRole("button", { name: "Buy for $50.00: Growth" }).click();
  await page.getByLabel("Card number").fill("4242 4242 4242 4242");
  await page.getByLabel(/^Save this card/).check();
  await page.getByRole("button", { name: "Pay $50.00" }).click();
  await page.getByText("Credits added").waitFor();
  const notice = page.getByRole("status").filter({ hasText: "Credits added" });
  expect(await notice.textContent()).toContain(
    "You paid $50.00 with the card ending in 4242 and $52.50 of credits were added, $2.50 of it as a bonus. Your balance is $52.50.",
  );
  await figure("Balance").getByText("$52.50").waitFor();
  await page.getByRole("listitem").filter({ hasText: "Visa ending in 4242" }).getByText("Default").waitFor();
});

test("auto top-up is switched on only with the very text agreed to, and off at once", async () => {
  const panel = page.getByRole("region", { name: "Auto top-up" });
  await panel.getByLabel("When the balance falls below").fill("10");
  await panel.getByLabel("Buy", { exact: true }).fill("60");
  await panel.getByRole("button", { name: "What would it have charged last month?" }).click();
  // The wallet was empty before its first purchase, so the rule would have begun with one charge.
  await panel.getByRole("status").getByText("it would have charged once, $60.00 in all.").waitFor();
  await panel.getByLabel("Buy", { exact: true }).fill("25");
  await panel.getByText("it would have charged once").waitFor({ state: "detached" });
  await panel.getByRole("button", { name: "Review and switch on" }).click();
  const dialog = page.getByRole("dialog", { name: "Switch auto top-up on?" });
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.getByText("Tick the box to agree.").waitFor();
  const text =
    "Charge my saved card $25.00, or a multiple of it, whenever my balance falls below $10.00, at most $75.00 a day and $250.00 a month, until I switch this off.";
  await dialog.getByLabel(text).check();
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await panel.getByText("On", { exact: true }).waitFor();
  const stored = await admin.ctx.sql<{ enabled: boolean; text: string }[]>`
    select enabled, consent_text as text from ratebook.auto_top_up where customer_id = ${owner.customerId}`;
  expect(stored.map((row) => ({ ...row }))).toEqual([{ enabled: true, text }]);
  // The last card cannot go while it is charged.
  await page.getByRole("button", { name: "Remove Visa ending in 4242" }).click();
  await page.getByRole("button", { name: "Remove the card" }).click();
  await page.getByText("Auto top-up charges this card").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await panel.getByRole("button", { name: "Switch off" }).click();
  await panel.getByText("Off", { exact: true }).waitFor();
});

test("spending through the threshold refills the wallet once, and the receipt is mailed", async () => {
  await sellModels(admin.ctx);
  const panel = page.getByRole("region", { name: "Auto top-up" });
  await panel.getByRole("button", { name: "Review and switch on" }).click();
  const dialog = page.getByRole("dialog", { name: "Switch auto top-up on?" });
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await panel.getByText("On", { exact: true }).waitFor();
  // 750,000 characters × 0.05 / 1,000 × 1.2 = 45.00 of 52.50: below 10.
  const used = await recordUsage(admin.ctx, SERVICE, {
    customer: owner.customerId,
    offering: "elevenlabs/eleven_flash_v2_5",
    quantities: { tts_character: 750_000 },
    idempotencyKey: admin.ctx.newId(),
  });
  expect(used.ok).toBe(true);
  const mails = () => admin.ctx.sql<{ template: string; recipient: string }[]>`
    select template, recipient from ratebook.mail where template like 'auto_top_up%'`;
  await vi.waitFor(async () => expect(await mails()).toHaveLength(1), { timeout: 60_000, interval: 200 });
  expect((await mails()).map((mail) => ({ ...mail }))).toEqual([
    { template: "auto_top_up_done", recipient: owner.email },
  ]);
  await page.reload();
  // 52.50 - 45.00 + 25.00
  await figure("Balance").getByText("$32.50").waitFor();
  await panel.getByText("charged and credited").waitFor();
  await panel.getByRole("button", { name: "Switch off" }).click();
});

test("the runway is what the credits last at what is spent now, and none where nothing is", async () => {
  await expect.poll(() => figure("Runway").textContent()).toBe("–");
  // As the schedule does by itself.
  await rollUsage(admin.ctx, { entries: 1_000 });
  await page.reload();
  // 45.00 in the first day; 32.50 last 0.72 of one.
  await expect.poll(() => figure("Runway").textContent()).toBe("0.7 days");
});

test("invoices from now on say what is saved: name, address, VAT id", async () => {
  const panel = page.getByRole("region", { name: "On your invoices" });
  await panel.getByLabel("Name").fill("Ολυμπία Α.Ε.");
  await panel.getByLabel("VAT id").fill("EL123456789");
  await panel.getByRole("button", { name: "Save these details" }).click();
  await page.getByText("Invoices from now on say this.").waitFor();
});

test("the invoice comes as a PDF under its number", async () => {
  // As the schedule does by itself.
  await issueMissingInvoices(admin.ctx);
  await page.reload();
  await page.getByText("No real money moves here.").waitFor();
  const row = page.getByRole("table", { name: "Invoices" }).getByRole("row").filter({ hasText: "$52.50" });
  await row.getByText("$50.00").waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    row.getByRole("button", { name: /^Download .* as PDF$/ }).click(),
  ]);
  const [issued] = await admin.ctx.sql<{ number: string }[]>`
    select number from ratebook.invoice
    where customer_id = ${owner.customerId} and total_nanos = 50000000000`;
  expect(saved.suggestedFilename()).toBe(`${issued?.number}.pdf`);
  const file = await getDocumentProxy(new Uint8Array(await readFile(await saved.path())));
  const { text } = await extractText(file, { mergePages: true });
  for (const part of [`${issued?.number}`, "Ολυμπία Α.Ε.", "EL123456789", "Growth", "$50.00", "4242"]) {
    expect(text).toContain(part);
  }
});

test("a plan is subscribed to, gives its credits, and is cancelled", async () => {
  const system = { kind: "system", name: "test" } as const;
  const saved = await savePlan(admin.ctx, system, {
    slug: "team",
    name: "Team",
    description: "For a few people",
    price: nanos(15_000_000_000n),
    period: "month",
    included: nanos(20_000_000_000n),
    rolloverCap: nanos(5_000_000_000n),
  });
  expect(saved.ok).toBe(true);
  await page.reload();
  const panel = page.getByRole("region", { name: "Plans" });
  await panel.getByRole("button", { name: "Subscribe to Team" }).click();
  await page.getByLabel("Card number").fill("4242 4242 4242 4242");
  await page.getByRole("button", { name: "Pay $15.00" }).click();
  await panel.getByText("Running").waitFor();
  await page.reload();
  // 32.50 + 20.00
  await figure("Balance").getByText("$52.50").waitFor();
  await panel.getByRole("button", { name: "Cancel Team" }).click();
  await page.getByRole("button", { name: "Do not renew" }).click();
  await panel.getByText("Cancelled").waitFor();
});

test.each(["light", "dark"] as const)(
  "no serious violation in %s, nothing sideways at 390",
  async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.getByRole("button", { name: "What would it have charged last month?" }).click();
    await page.getByText("it would have charged").waitFor();
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      expect(await seriousViolations(page)).toEqual([]);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways).toBe(0);
      const folder = process.env.RATEBOOK_SHOTS;
      if (folder) await page.screenshot({ path: `${folder}/billing-${scheme}-${width}.png`, fullPage: true });
    }
    expect(complaints).toEqual([]);
  },
);
