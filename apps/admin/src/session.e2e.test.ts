import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "./testing/admin-fixture.ts";
import { launchBrowser } from "./testing/browser.ts";
import { openPage, seriousViolations, signIn } from "./testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let operator: Login;

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  operator = await admin.operator("Olive Operator");
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

test("whoever is not signed in is asked to, and then gets where they wanted to go", async () => {
  const { page, complaints } = await openPage(browser, admin.url);
  await signIn(page, operator, "/mail");
  await page.getByRole("heading", { level: 1, name: "Mail" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/mail");
  expect(complaints).toEqual([]);
});

test("a wrong password is said in words", async () => {
  const { page } = await openPage(browser, admin.url);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(operator.email);
  await page.getByRole("textbox", { name: "Password" }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.textContent()).toBe("This e-mail address and password do not belong together.");
});

for (const scheme of ["light", "dark"] as const) {
  test(`the doors have no serious accessibility violation (${scheme})`, async () => {
    const { page } = await openPage(browser, admin.url, { scheme });
    for (const door of ["/sign-in", "/sign-up", "/forgot-password", "/reset-password?token=x"]) {
      await page.goto(door);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await seriousViolations(page), door).toEqual([]);
    }
  });
}
