import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { type PriceSources, priceSources } from "../../testing/price-sources.ts";
import { openPage, seriousViolations, signIn, type VisitOptions } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let sources: PriceSources;
let operator: Login;
let failedRun: string;

const writer = (input: string, output: string): Parameters<PriceSources["submit"]>[1] => ({
  offerings: [
    {
      provider: "acme",
      model: "writer",
      modality: "language",
      listed: true,
      rates: [
        { meter: "input_tokens", usd: input, per: 1_000_000 },
        { meter: "output_tokens", usd: output, per: 1_000_000 },
      ],
    },
  ],
});

beforeAll(async () => {
  admin = await startAdmin();
  sources = await priceSources(admin.ctx);
  operator = await admin.operator("Guard Keeper");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

async function visit(
  room: string,
  options: VisitOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, complaints } = await openPage(browser, admin.url, options);
  try {
    await signIn(page, operator, room);
    await look(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

describe("proposals and sync runs", () => {
  test("nothing held explains the guard", () =>
    visit("/proposals", {}, async (page) => {
      await page.getByText("Nothing waits for you").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    }));

  test("a held change shows both prices and why; approving it needs a reason and activates it", async () => {
    await sources.submit("acme", writer("0.2", "0.6"));
    await sources.submit("acme", writer("0.6", "1.8"));
    await visit("/proposals", {}, async (page) => {
      const input = page.getByRole("listitem", { name: "acme/writer, Input tokens" });
      await input.getByText("$0.20", { exact: true }).waitFor();
      await input.getByText("$0.60", { exact: true }).waitFor();
      await input.getByText("3 times the price now").waitFor();
      await input.getByText("Changed more than twofold").waitFor();
      await input.getByRole("button", { name: "Approve" }).click();
      const dialog = page.getByRole("dialog", { name: "Approve this change" });
      await dialog.getByRole("button", { name: "Approve" }).click();
      await dialog.getByText("Say why").waitFor();
      await dialog.getByLabel("Reason").fill("The maker's page says so");
      await dialog.getByRole("button", { name: "Approve" }).click();
      await page.getByText(/active in catalogue version \d/).waitFor();
      await input.waitFor({ state: "detached" });
      // The other change still waits.
      await page.getByRole("listitem", { name: "acme/writer, Output tokens" }).waitFor();
      await page.goto("/catalogue/acme/writer");
      await page
        .getByRole("row", { name: /^Input tokens/ })
        .getByText("$0.72", { exact: true })
        .waitFor();
      await page.goto("/proposals?state=approved");
      await page.getByText("“The maker's page says so”").waitFor();
    });
  });

  test("a rejected change leaves the price as it is", () =>
    visit("/proposals", {}, async (page) => {
      const output = page.getByRole("listitem", { name: "acme/writer, Output tokens" });
      await output.getByRole("button", { name: "Reject" }).click();
      const dialog = page.getByRole("dialog", { name: "Reject this change" });
      await dialog.getByLabel("Reason").fill("A typo at the source");
      await dialog.getByRole("button", { name: "Reject" }).click();
      await page.getByText("Nothing waits for you").waitFor();
      await page.goto("/catalogue/acme/writer");
      await page
        .getByRole("row", { name: /^Output tokens/ })
        .getByText("$0.60", { exact: true })
        .waitFor();
    }));

  test("a failed run shows its excerpt as text, and the source as failing", async () => {
    const { runId } = await sources.fail("bolt", {
      check: "the body is JSON",
      message: "An HTML page came where JSON was due.",
      excerpt: '<script>document.title = "taken over"</script>',
    });
    failedRun = runId;
    await visit("/sync-runs", {}, async (page) => {
      const bolt = page.getByRole("listitem", { name: "Bolt prices" });
      await bolt.getByText("Failing").waitFor();
      await page.getByRole("listitem", { name: "Acme prices" }).getByText("Fresh", { exact: true }).waitFor();
      await page.goto(`/sync-runs/${runId}`);
      await page.getByText('<script>document.title = "taken over"</script>').waitFor();
      expect(await page.title()).toBe("Run of bolt · Ratebook");
    });
  });

  test("asking for a source to be read makes a run that waits for a worker", () =>
    visit("/sync-runs", {}, async (page) => {
      await page.getByRole("button", { name: "Read Bolt prices now" }).click();
      await page.getByText(/is read as soon as a worker/).waitFor();
      await page.getByRole("table", { name: "Runs" }).getByText("requested", { exact: true }).waitFor();
    }));

  test("a run lists what happened to each offering and why", () =>
    visit("/sync-runs", {}, async (page) => {
      await page
        .getByRole("row", { name: /acme.*held/ })
        .first()
        .getByRole("link")
        .click();
      const offerings = page.getByRole("table", { name: "Offerings" });
      await offerings.getByRole("link", { name: "acme/writer" }).waitFor();
      await offerings
        .getByText(/3 times the old price/)
        .first()
        .waitFor();
    }));

  test.each([
    { scheme: "light", width: 1280 },
    { scheme: "dark", width: 1280 },
    { scheme: "light", width: 390 },
    { scheme: "dark", width: 390 },
  ] as const)("are accessible and fit, $scheme at $width px", (options) =>
    visit("/proposals?state=approved", options, async (page) => {
      for (const room of ["/proposals?state=approved", "/sync-runs", `/sync-runs/${failedRun}`]) {
        await page.goto(room);
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await seriousViolations(page)).toEqual([]);
        expect(
          await page.evaluate(
            () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
          ),
        ).toBe(true);
      }
    }),
  );
});
