import { createServer } from "node:http";
import { createKey, readBranding, saveBranding } from "@ratebook/billing";
import { expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "./testing/admin-fixture.ts";
import { launchBrowser } from "./testing/browser.ts";
import { openPage, seriousViolations, signIn } from "./testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let owner: Login & { customerId: string };
let operator: Login;
const received: { headers: Record<string, unknown>; body: string }[] = [];
let status = 200;
let hooks: string;
/** Takes webhooks, and is the platform's own page that the portal leads back to. */
const platform = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    if (request.method === "POST") received.push({ headers: request.headers, body });
    response.writeHead(status, { "content-type": "text/html" }).end("<h1>Account at Acme Cloud</h1>");
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    platform.listen(0, "127.0.0.1", resolve);
  });
  const address = platform.address();
  hooks = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  owner = await admin.member("Hanna Hooks");
  operator = await admin.operator("Olga Operator");
});
afterAll(async () => {
  await browser?.close();
  platform.closeAllConnections();
  await new Promise((resolve) => {
    platform.close(resolve);
  });
  if (admin === undefined) return;
  await expectBooksBalance(admin.ctx.sql);
  await admin.drop();
});

describe("an organization's own", () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openPage(browser, admin.url));
    await signIn(page, owner, "/billing");
  });

  test("alerts are saved as they are typed, and a wrong one says what is wrong", async () => {
    const panel = page.getByRole("region", { name: "Alerts" });
    await panel.getByLabel("When the balance falls below, in US dollars").fill("five");
    await panel.getByRole("button", { name: "Save the alerts" }).click();
    await panel.getByText("“five” is not an amount. Write it like 5, 2.50, 0.").waitFor();
    await panel.getByLabel("When the balance falls below, in US dollars").fill("12.50, 0");
    await panel.getByLabel("When a day's usage reaches, in US dollars").fill("100");
    await panel.getByRole("button", { name: "Save the alerts" }).click();
    await page.getByText("The alerts are saved.").waitFor();
    await page.reload();
    const saved = page.getByRole("region", { name: "Alerts" });
    await saved.getByText("below $12.50 now").waitFor();
    expect(await saved.getByLabel("When a day's usage reaches, in US dollars").inputValue()).toBe("100");
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("an endpoint's secret is shown once, a test arrives signed, and its delivery can be sent again", async () => {
    await page.getByRole("link", { name: "Webhooks" }).click();
    await page.getByText("No endpoints yet").waitFor();
    await page.getByRole("button", { name: "New endpoint" }).click();
    const dialog = page.getByRole("dialog", { name: "New endpoint" });
    await dialog.getByLabel("Address").fill("http://example.com/");
    await dialog.getByRole("button", { name: "Create the endpoint" }).click();
    await dialog.getByRole("alert").getByText("url: must be an https address").waitFor();
    await dialog.getByLabel("Address").fill(`${hooks}/hooks`);
    await dialog.getByRole("button", { name: "Create the endpoint" }).click();
    expect(await page.getByTestId("new-secret").textContent()).toMatch(/^whsec_[\w+/=]{44}$/);
    await page.getByRole("button", { name: "I have stored it" }).click();
    const endpoint = page.getByRole("listitem", { name: `${hooks}/hooks` });
    await endpoint.getByText("Active").waitFor();
    expect(await page.content()).not.toContain("whsec_");
    await endpoint.getByRole("button", { name: "Send a test" }).click();
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 60_000, interval: 100 });
    expect(received[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    await page.reload();
    const table = page.getByRole("table", { name: "Deliveries" });
    await table.getByText("delivered").waitFor();
    await table.getByRole("button", { name: /^Send webhook\.test to/ }).click();
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 60_000, interval: 100 });
    expect(received[1]?.headers["webhook-id"]).toBe(received[0]?.headers["webhook-id"]);
    await table.getByRole("button", { name: /^Show the tries/ }).click();
    await page.getByRole("list", { name: "Tries" }).getByText("200").first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("dialog", { name: "Delivery" }).getByRole("button", { name: "Close" }).click();
  });

  test("a secret is rotated with a day's overlap, an endpoint switched off and removed", async () => {
    const endpoint = page.getByRole("listitem", { name: `${hooks}/hooks` });
    await endpoint.getByRole("button", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit the endpoint" });
    await edit.getByRole("combobox", { name: "Events" }).fill("balance.low");
    await page.getByRole("option", { name: "balance.low" }).click();
    await edit.getByLabel("What it is for").fill("Finance");
    await edit.getByRole("button", { name: "Save" }).click();
    await endpoint.getByText("Finance · balance.low").waitFor();
    await endpoint.getByRole("button", { name: "Rotate secret" }).click();
    await page.getByRole("button", { name: "Make a new secret" }).click();
    await page.getByText(/The one before signs along until/).waitFor();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await endpoint.getByRole("button", { name: "Switch off" }).click();
    await endpoint.getByText("Off", { exact: true }).waitFor();
    await endpoint.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No endpoints yet").waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("the operator's", () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openPage(browser, admin.url));
    await signIn(page, operator);
  });

  test("deliveries of everybody are listed, failed ones first, and by state", async () => {
    status = 500;
    await page.goto("/webhooks");
    await page.getByRole("button", { name: "New endpoint" }).click();
    await page.getByLabel("Address").fill(`${hooks}/platform`);
    await page.getByRole("button", { name: "Create the endpoint" }).click();
    await page.getByRole("button", { name: "I have stored it" }).click();
    const before = received.length;
    await page.getByRole("button", { name: "Send a test" }).click();
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(before), {
      timeout: 60_000,
      interval: 100,
    });
    await page.reload();
    const table = page.getByRole("table", { name: "Deliveries" });
    await table.getByText("Answered 500").waitFor();
    // The customer's delivery, which arrived, and the platform's, which waits for its next try.
    expect(await table.getByRole("row").allTextContents()).toEqual([
      expect.stringContaining("Event"),
      expect.stringContaining("waiting"),
      expect.stringContaining("delivered"),
    ]);
    await page.getByRole("radiogroup", { name: "Which deliveries" }).getByText("Failed").click();
    await page.getByText("None of these").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    status = 200;
  });

  test("a mail that was given up is first in the list and tried again on request", async () => {
    const old = {
      key: "given-up",
      to: "ada@example.com",
      template: "test",
      subject: "Given up",
      text: "Hello.",
    };
    await admin.ctx.mailer.send(old);
    await admin.ctx.mailer.send({ ...old, key: "newer", subject: "Newer" });
    await admin.database.sql`
      update ratebook.mail set state = 'failed', attempts = 8, error = '550 no such user' where key = 'given-up'`;
    await page.getByRole("link", { name: "Mail", exact: true }).click();
    await page.getByText("Given up").click();
    await page.getByText("550 no such user").waitFor();
    await page.getByText("It is not tried any more by itself.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("It is tried again.").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("the branding takes a readable colour and known origins, and refuses others", async () => {
    await page.getByRole("link", { name: "Branding" }).click();
    await page.getByLabel("Name").fill("Acme Cloud");
    await page.getByLabel("Colour", { exact: true }).fill("#ffdd00");
    await page.getByRole("button", { name: "Save the branding" }).click();
    await page.getByText("Too light").waitFor();
    await page.getByLabel("Colour", { exact: true }).fill("#5b21b6");
    await page.getByRole("combobox", { name: "Origins" }).fill(hooks);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save the branding" }).click();
    await page.getByText("The branding is saved.").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    // Somebody else changes it meanwhile: the form begins with that, not with what was shown here before.
    await page.getByRole("link", { name: "Mail", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Mail" }).waitFor();
    const changed = await saveBranding(admin.ctx, OPERATOR, {
      ...(await readBranding(admin.ctx.db)),
      supportEmail: "help@acme.example",
    });
    expect(changed.ok).toBe(true);
    await page.getByRole("link", { name: "Branding" }).click();
    await page.getByLabel("Name").waitFor();
    expect(await page.getByLabel("Support address").inputValue()).toBe("help@acme.example");
    expect(complaints).toEqual([]);
  });
});

test("the platform's button opens a customer's billing in its name, once, and leads back", async () => {
  const key = await createKey(admin.ctx, OPERATOR, {
    kind: "service",
    name: "platform",
    scopes: ["usage:any"],
  });
  if (!key.ok) throw new Error(key.error.kind);
  const made = await fetch(new URL("/api/v1/portal/sessions", admin.url), {
    method: "POST",
    headers: { authorization: `Bearer ${key.value.key}`, "content-type": "application/json" },
    body: JSON.stringify({ customer: owner.customerId, returnUrl: `${hooks}/account` }),
  });
  expect(made.status).toBe(201);
  const { url } = (await made.json()) as { url: string };
  // In a browser in which the operator is signed in: the visit goes first.
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, operator);
  await page.goto(url);
  await page.getByRole("heading", { name: "Billing", exact: true }).waitFor();
  expect(page.url()).toBe(`${admin.url}/billing`);
  await page.getByRole("link", { name: "Acme Cloud, to the overview" }).first().waitFor();
  const rooms = page.getByRole("navigation", { name: "Rooms" });
  expect(await rooms.getByRole("link", { name: /Customers|API keys|Members|Audit|Webhooks/ }).count()).toBe(
    0,
  );
  const buy = page.getByRole("button", { name: "Buy for $10.00: Starter" });
  await buy.waitFor();
  expect(await buy.evaluate((it) => getComputedStyle(it).backgroundColor)).toBe("rgb(91, 33, 182)");
  expect(await seriousViolations(page)).toEqual([]);
  await page.goto("/customers");
  await page.getByText("Only operators open this room.").waitFor();
  await page.goto("/keys");
  await page.getByRole("alert").waitFor();

  const second = await openPage(browser, admin.url);
  await second.page.goto(url);
  await second.page.getByRole("alert").getByText("This address was used already").waitFor();

  await page.getByRole("button", { name: "Back to Acme Cloud" }).click();
  await page.getByRole("heading", { name: "Account at Acme Cloud" }).waitFor();
  await page.goto(`${admin.url}/customers`);
  // The visit is over; whoever was signed in before is again.
  await page.getByRole("heading", { name: "Customers" }).waitFor();
  expect([...complaints, ...second.complaints]).toEqual([]);
});
