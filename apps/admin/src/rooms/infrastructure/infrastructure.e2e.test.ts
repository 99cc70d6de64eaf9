import {
  createKey,
  createResource,
  grantCredits,
  importDocument,
  recordSamples,
  reportDeployment,
  watchRunways,
} from "@ratebook/billing";
import { documentOf, dollars, expectBooksBalance, OPERATOR, SERVICE } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { openPage, seriousViolations, settled, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let owner: Login & { customerId: string };
let page: Page;
let complaints: string[];
let asOperator: Page;

const rate = (model: string, meter: string, usd: string) => ({
  provider: "ratebook",
  model,
  modality: "infrastructure" as const,
  listed: true,
  rates: [{ meter, usd, per: 1 }],
});

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  const imported = await importDocument(admin.ctx, OPERATOR, {
    document: documentOf("manual", {
      asOf: new Date().toISOString(),
      offerings: [
        rate("container", "container_day", "0.67"),
        rate("deployment", "container_deployment", "0.50"),
        rate("storage", "storage_gb_day", "0.01"),
      ],
    }),
    accept: true,
  });
  if (!imported.ok) throw new Error(imported.error.kind);
  owner = await admin.member("Ines Infra");
  await grant("10");
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, owner, "/infrastructure");
});
afterAll(async () => {
  await browser?.close();
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

async function grant(usd: string, customer = owner.customerId): Promise<void> {
  const granted = await grantCredits(admin.ctx, OPERATOR, {
    customer,
    amount: dollars(usd),
    reason: "test",
    category: "promotional",
    idempotencyKey: crypto.randomUUID(),
  });
  if (!granted.ok) throw new Error(granted.error.kind);
}
/** Pictures for a person to look at, where a folder for them is named. */
async function shoot(view: Page, name: string): Promise<void> {
  const folder = process.env.RATEBOOK_SHOTS;
  if (folder === undefined) return;
  for (const scheme of ["light", "dark"] as const) {
    await view.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const width of [1280, 390]) {
      await view.setViewportSize({ width, height: 900 });
      await settled(view);
      await view.screenshot({ path: `${folder}/${name}-${scheme}-${width}.png`, fullPage: true });
    }
  }
  await view.setViewportSize({ width: 1280, height: 900 });
}
const figure = (label: string) =>
  page.getByRole("term").filter({ hasText: label }).first().locator("xpath=following-sibling::dd[1]");
const row = (name: string) =>
  page.getByRole("table", { name: "Containers" }).getByRole("row").filter({ hasText: name });

test("a container is asked for at the price shown, and runs once the platform says so", async () => {
  await page.getByText("Nothing runs").waitFor();
  await page.getByRole("button", { name: "New container" }).click();
  const dialog = page.getByRole("dialog", { name: "New container" });
  await dialog.getByLabel("Name").fill("research-agent");
  await dialog.getByLabel("Memory").fill("3584");
  // 3,584 ÷ 1,792 × 0.67
  await dialog.getByRole("status").getByText("$1.34").waitFor();
  await dialog.getByRole("button", { name: "Create it" }).click();
  await row("research-agent").getByText("deploying").waitFor();
  const [made] = await admin.ctx.sql<{ id: string }[]>`select id from ratebook.resource`;
  await reportDeployment(admin.ctx, SERVICE, { id: String(made?.id), outcome: "deployed" });
  await page.reload();
  await row("research-agent").getByText("running").waitFor();
  // 10 − 0.50, at 1.34 a day: 7.0
  await figure("Runway").getByText("7 days").waitFor();
  await figure("A day costs").getByText("$1.34", { exact: true }).waitFor();
});

test("storage shows what the platform reported", async () => {
  await page.getByText("Nothing stored").waitFor();
  const samples = [{ bytes: 12_500_000_000n, sampledAt: new Date() }];
  await recordSamples(admin.ctx, SERVICE, { customer: owner.customerId, store: "knowledge", samples });
  await page.reload();
  const stored = page
    .getByRole("table", { name: "Storage" })
    .getByRole("row")
    .filter({ hasText: "knowledge" });
  await stored.getByText("12.5 GB").waitFor();
  await stored.getByText("$0.125").waitFor();
});

test("scaling up shortens the runway until the notice counts down, here and on the overview", async () => {
  await page.getByRole("button", { name: "Scale research-agent" }).click();
  const dialog = page.getByRole("dialog", { name: "Scale research-agent" });
  await dialog.getByLabel("Instances").fill("4");
  await dialog.getByRole("status").getByText("$5.36").waitFor();
  await dialog.getByRole("button", { name: "Scale it" }).click();
  // 9.50 ÷ 5.485 is less than 48 hours.
  await page.getByText(/^Everything that runs is stopped in (2 days|1 day 23 h)/).waitFor();
  await row("research-agent").getByText("Stop announced").waitFor();
  await page.goto("/");
  await page.getByText(/^Everything that runs is stopped in/).waitFor();
  await figure("Runway").getByText("1.7 days", { exact: true }).waitFor();
  const [mail] = await admin.ctx.sql<{ text: string }[]>`
    select text from ratebook.mail where template = 'shutdown_warning'`;
  expect(mail?.text).toContain("Unless you add credits, your running resource is stopped on");
});

test("the operator sees the warned customer first, and carries out what waits", async () => {
  const other = await admin.member("Otto Other");
  await grantCredits(admin.ctx, OPERATOR, {
    customer: other.customerId,
    amount: dollars("500"),
    reason: "test",
    category: "promotional",
    idempotencyKey: crypto.randomUUID(),
  });
  const made = await createResource(admin.ctx, SERVICE, {
    customer: other.customerId,
    kind: "container",
    name: "quiet",
  });
  if (!made.ok) throw new Error(made.error.kind);
  await reportDeployment(admin.ctx, SERVICE, { id: made.value.resource.id, outcome: "deployed" });
  await watchRunways(admin.ctx);
  const operator = await admin.operator("Olga Operator");
  ({ page: asOperator } = await openPage(browser, admin.url));
  await signIn(asOperator, operator, "/infrastructure");
  const rows = asOperator.getByRole("table", { name: "Customers' infrastructure" }).getByRole("row");
  await rows.nth(1).getByText("Ines Infra").waitFor();
  await rows.nth(1).getByText("Warned").waitFor();
  await rows.nth(2).getByText("Otto Other").waitFor();
  await asOperator.getByRole("button", { name: "Mark as carried out: Scale research-agent" }).click();
  await asOperator
    .getByRole("button", { name: "Mark as carried out: Scale research-agent" })
    .waitFor({ state: "detached" });
  await asOperator.getByRole("link", { name: /Ines Infra/ }).click();
  await asOperator.getByText(/^Everything that runs is stopped in/).waitFor();
});

test("a deployment without an answer and what is overdue say what to do, and are settled by hand", async () => {
  const { sql } = admin.ctx;
  const late = await admin.member("Lara Late");
  await grant("2", late.customerId);
  const made = await createResource(admin.ctx, OPERATOR, {
    customer: late.customerId,
    kind: "container",
    name: "hanging",
  });
  if (!made.ok) throw new Error(made.error.kind);
  await sql`update ratebook.resource_intent set created_at = created_at - interval '1 hour' where customer_id = ${late.customerId}`;
  await asOperator.goto("/infrastructure");
  await asOperator.getByText("The platform does not answer").waitFor();
  const waiting = asOperator.getByRole("table", { name: "Deployments without an answer" });
  await waiting.getByRole("row").filter({ hasText: "hanging" }).getByText("not taken on").waitFor();
  await shoot(asOperator, "overdue");
  await asOperator.getByRole("button", { name: "hanging failed" }).click();
  await asOperator.getByRole("dialog").getByRole("button", { name: "It failed" }).click();
  await waiting.waitFor({ state: "detached" });
  const [wallet] = await sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${late.customerId}`;
  // 2 − 0.50 + 0.50
  expect(wallet?.balance).toBe(2_000_000_000n);
});

test("a customer whose resources are being stopped, and one whose are stopped, are shown as what they are", async () => {
  const { sql } = admin.ctx;
  const gone = await admin.member("Gus Gone");
  // 0.60 − 0.50 leaves 0.10, and a day that ran costs 0.67.
  await grant("0.60", gone.customerId);
  const made = await createResource(admin.ctx, SERVICE, {
    customer: gone.customerId,
    kind: "container",
    name: "bot",
  });
  if (!made.ok) throw new Error(made.error.kind);
  await reportDeployment(admin.ctx, SERVICE, { id: made.value.resource.id, outcome: "deployed" });
  await sql`
    update ratebook.resource_run set started_at = started_at - interval '1 day' where resource_id = ${made.value.resource.id}`;
  await sql`update ratebook.resource set next_day = next_day - 1 where id = ${made.value.resource.id}`;
  await watchRunways(admin.ctx);
  await sql`
    update ratebook.shutdown_notice set warned_at = warned_at - interval '3 days', delivered_at = delivered_at - interval '3 days'
    where customer_id = ${gone.customerId}`;
  await watchRunways(admin.ctx);
  const their = `/infrastructure/${gone.customerId}`;
  await asOperator.goto(their);
  await asOperator.getByText("The credits are gone: resources are being stopped").waitFor();
  await asOperator.getByText("Being stopped", { exact: true }).waitFor();
  await shoot(asOperator, "stopping");
  await asOperator.goto("/infrastructure");
  const rows = asOperator.getByRole("table", { name: "Customers' infrastructure" }).getByRole("row");
  await rows.nth(1).getByText("Gus Gone").waitFor();
  await asOperator.getByRole("button", { name: "Mark as carried out: Stop bot" }).click();
  await rows.filter({ hasText: "Gus Gone" }).getByText("Stopped", { exact: true }).waitFor();
  await asOperator.goto(their);
  await asOperator.getByText("Stopped: no credits").waitFor();
  await shoot(asOperator, "stopped");
});

test("a top-up ends the notice at once; stopping and deleting end the bill", async () => {
  await grant("100");
  await page.goto("/infrastructure");
  await row("research-agent").getByText("running").waitFor();
  expect(await page.getByText(/^Everything that runs is stopped in/).count()).toBe(0);
  await page.getByRole("button", { name: "Stop research-agent" }).click();
  await row("research-agent").getByText("stopped").waitFor();
  await page.getByRole("button", { name: "Delete research-agent" }).click();
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByText("Nothing runs").waitFor();
});

test("a person who may only look is offered no buttons", async () => {
  const key = await createKey(admin.ctx, OPERATOR, {
    kind: "customer",
    customer: owner.customerId,
    name: "x",
    scopes: ["read"],
  });
  expect(key.ok).toBe(true);
  await admin.ctx.sql`update ratebook.member set role = 'member' where organization_id = ${owner.customerId}`;
  await page.reload();
  await page.getByText("Nothing runs").waitFor();
  expect(await page.getByRole("button", { name: "New container" }).count()).toBe(0);
  await admin.ctx.sql`update ratebook.member set role = 'owner' where organization_id = ${owner.customerId}`;
});

test.each(["light", "dark"] as const)(
  "no serious violation in %s, nothing sideways at 390",
  async (scheme) => {
    const folder = process.env.RATEBOOK_SHOTS;
    const [first] = await admin.ctx.sql<{ n: number }[]>`select count(*)::int as n from ratebook.resource`;
    for (const name of ["web", "worker"]) {
      const made = await createResource(admin.ctx, OPERATOR, {
        customer: owner.customerId,
        kind: "container",
        name: `${name}-${first?.n}`,
        instances: name === "web" ? 40 : 1,
      });
      if (!made.ok) throw new Error(made.error.kind);
      if (name === "web")
        await reportDeployment(admin.ctx, SERVICE, { id: made.value.resource.id, outcome: "deployed" });
    }
    await watchRunways(admin.ctx);
    for (const [who, view] of [
      ["customer", page],
      ["operator", asOperator],
    ] as const) {
      await view.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      for (const [room, path] of [
        ["infrastructure", "/infrastructure"],
        ["overview", "/"],
      ] as const) {
        await view.goto(path);
        await view.getByRole("heading", { level: 1 }).waitFor();
        for (const width of [1280, 390]) {
          await view.setViewportSize({ width, height: 900 });
          await settled(view);
          expect(await seriousViolations(view)).toEqual([]);
          const sideways = await view.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(sideways).toBe(0);
          if (folder)
            await view.screenshot({
              path: `${folder}/${room}-${who}-${scheme}-${width}.png`,
              fullPage: true,
            });
        }
      }
    }
    expect(complaints).toEqual([]);
  },
  // Axe reads eight pages, each twice.
  240_000,
);
