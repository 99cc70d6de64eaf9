import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { Login } from "./admin-fixture.ts";

export type VisitOptions = { scheme?: "light" | "dark"; width?: number };

/** Who visits what with which browser. */
type Visitor = { browser: Browser; url: string; login: Login; room: string };

/** Opens a page of its own in the browser: no cookies, no motion. Errors of scripts on it fail the test. */
export async function openPage(
  browser: Browser,
  url: string,
  { scheme = "light", width = 1280 }: VisitOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: scheme,
    reducedMotion: "reduce",
    viewport: { width, height: 900 },
    timezoneId: "America/New_York",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Blocked by the content security policy, missing keys, invalid markup: all of them are told here.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  return { page, complaints };
}

/** Signs in through the form and waits for the room behind it, or for a page's button where that is no room. */
export async function signIn(
  page: Page,
  { email, password }: Login,
  room = "/",
  button?: string,
): Promise<void> {
  await page.goto(room);
  if (button !== undefined) await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (button === undefined) {
    await page.getByRole("navigation", { name: "Rooms" }).waitFor({ state: "attached" });
  } else {
    await page.getByRole("button", { name: button }).waitFor();
  }
}

/** Signs a person in to a room, looks, and closes the page; nothing may have gone wrong on it meanwhile. */
export async function visitAs(
  { browser, url, login, room, ...options }: VisitOptions & Visitor,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, complaints } = await openPage(browser, url, options);
  try {
    await signIn(page, login, room);
    await look(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

/** Waits until nothing is loading and every colour and place has reached its end. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      document.getAnimations().every(({ playState }) => playState !== "running"),
  );
}

/** What axe finds serious or critical on the page, one line each; none on a good page. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await settled(page);
  // Axe gathers the results of frames on a page that it opens for that, which takes longer than the checks themselves.
  const framed = page.frames().length > 1;
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(!framed).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
}
