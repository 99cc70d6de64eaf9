import { decideProposal, recordUsage } from "@ratebook/billing";
import { OPERATOR, SERVICE } from "@ratebook/billing/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { type PriceSources, priceSources } from "../../testing/price-sources.ts";
import { seriousViolations, type VisitOptions, visitAs } from "../../testing/visit.ts";

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

const visit = (room: string, options: VisitOptions, look: (page: Page) => Promise<void>) =>
  visitAs({ browser, url: admin.url, login: operator, room, ...options }, look);

/** Opens the evidence on a change of the list. */
async function openEvidence(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: `Evidence on ${name}` }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

describe("price changes and sync runs", () => {
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

  test("the evidence shows what each source says, the number in the document, and whom the change would have met", async () => {
    const customer = await admin.member("Wordy Customer");
    const recorded = await recordUsage(admin.ctx, SERVICE, {
      customer: customer.customerId,
      offering: "acme/writer",
      quantities: { input_tokens: 1_000_000 },
      idempotencyKey: admin.ctx.newId(),
    });
    expect(recorded.ok).toBe(true);
    await sources.submit("bolt", {
      offerings: [
        {
          provider: "acme",
          model: "writer",
          modality: "language",
          rates: [{ meter: "input_tokens", usd: "1.9", per: 1_000_000 }],
        },
      ],
    });
    await sources.submit("acme", writer("1.8", "0.6"));
    await visit("/proposals", {}, async (page) => {
      await openEvidence(page, "acme/writer, Input tokens");
      expect(await page.locator("mark").textContent()).toBe("1.8");
      const table = page.getByRole("table", { name: "Sources side by side" });
      const witness = table.getByRole("row", { name: /^bolt/ });
      await witness.getByText("$1.90", { exact: true }).waitFor();
      await witness.getByText("Disagrees").waitFor();
      await table
        .getByRole("row", { name: /^acme Billed now/ })
        .getByText("$0.60", { exact: true })
        .waitFor();
      const met = page.getByRole("table", { name: "Customers" }).getByRole("row", { name: /Wordy Customer/ });
      // 1,000,000 × 0.60/M × 1.2 = 0.72; at 1.80/M: 2.16; 2.16 − 0.72 = 1.44
      for (const amount of ["$0.72", "$2.16", "+$1.44"])
        await met.getByText(amount, { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });
  });

  test("a change can be scheduled; it waits with its instant until then", () =>
    visit("/proposals", {}, async (page) => {
      await openEvidence(page, "acme/writer, Input tokens");
      await page.getByRole("button", { name: "Schedule" }).click();
      const dialog = page.getByRole("dialog", { name: "Schedule this change" });
      await dialog.getByRole("button", { name: "Schedule" }).click();
      await dialog.getByText("Say when, in UTC.").waitFor();
      const later = new Date(admin.ctx.clock().getTime() + 48 * 3_600_000).toISOString().slice(0, 16);
      await dialog.getByLabel("Takes effect at (UTC)").fill(later);
      await dialog.getByLabel("Reason").fill("Announced for then");
      await dialog.getByRole("button", { name: "Schedule" }).click();
      await page.getByText("“Announced for then”").waitFor();
      await page.goto("/proposals?state=scheduled");
      const item = page.getByRole("listitem", { name: "acme/writer, Input tokens" });
      await item.getByText(`${later.replace("T", " ")}:00 UTC`).waitFor();
    }));

  test("a correction puts the operator's price in force; one that trips a bound needs a tick", () =>
    visit("/proposals?state=scheduled", {}, async (page) => {
      await openEvidence(page, "acme/writer, Input tokens");
      await page.getByRole("button", { name: "Correct" }).click();
      const dialog = page.getByRole("dialog", { name: "Correct this price" });
      await dialog.getByLabel("Upstream price").fill("0");
      await dialog.getByLabel("Reason").fill("Read on the maker's invoice");
      await dialog.getByRole("button", { name: "Activate this price" }).click();
      await dialog.getByText("A price of nothing is no price.").waitFor();
      await dialog.getByLabel("Upstream price").fill("900");
      await dialog.getByRole("button", { name: "Activate this price" }).click();
      await dialog.getByRole("checkbox", { name: /^I have checked it/ }).waitFor();
      await dialog.getByLabel("Upstream price").fill("0.65");
      await dialog.getByRole("button", { name: "Activate this price" }).click();
      await page.getByText(/^Active in catalogue version/).waitFor();
      await page.goto("/catalogue/acme/writer");
      // 0.65 × 1.2
      await page
        .getByRole("row", { name: /^Input tokens/ })
        .getByText("$0.78", { exact: true })
        .waitFor();
    }));

  test("several changes are rejected together with one reason", async () => {
    const many = (usd: string): Parameters<PriceSources["submit"]>[1] => ({
      offerings: ["one", "two"].map((model) => ({
        provider: "bolt",
        model,
        modality: "image" as const,
        listed: true,
        rates: [{ meter: "image", usd, per: 1 }],
      })),
    });
    await sources.submit("bolt", many("0.02"));
    await sources.submit("bolt", many("0.07"));
    await visit("/proposals", {}, async (page) => {
      for (const model of ["one", "two"])
        await page.getByRole("checkbox", { name: `Select bolt/${model}, Image` }).check();
      await page.getByRole("button", { name: "Reject selected" }).click();
      const dialog = page.getByRole("dialog", { name: "Reject 2 changes" });
      await dialog.getByLabel("Reason").fill("A slip of the table");
      await dialog.getByRole("button", { name: "Reject them" }).click();
      await page.getByText("2 changes rejected.").waitFor();
      await page.getByText("Nothing waits for you").waitFor();
      await page.goto("/audit");
      await page.getByText("“A slip of the table”").first().waitFor();
      expect(await page.getByText("“A slip of the table”").count()).toBe(2);
      expect(await seriousViolations(page)).toEqual([]);
    });
  });

  test("whoever decides second is told so, though the change is gone from the list", async () => {
    const price = (model: string, usd: string) => ({
      provider: "bolt",
      model,
      modality: "image" as const,
      listed: true,
      rates: [{ meter: "image", usd, per: 1 }],
    });
    await sources.submit("bolt", { offerings: [price("one", "0.09"), price("two", "0.02")] });
    await visit("/proposals", {}, async (page) => {
      const item = page.getByRole("listitem", { name: "bolt/one, Image" });
      await item.getByRole("button", { name: "Approve" }).click();
      const dialog = page.getByRole("dialog", { name: "Approve this change" });
      await dialog.getByLabel("Reason").fill("It looks right");
      const [held] = await admin.ctx.sql`
        select id from ratebook.proposal where offering = 'bolt/one' and state = 'held'`;
      const first = await decideProposal(admin.ctx, OPERATOR, {
        id: String(held?.["id"]),
        decision: "reject",
        reason: "It is a typo",
      });
      expect(first.ok).toBe(true);
      await dialog.getByRole("button", { name: "Approve" }).click();
      await item.waitFor({ state: "detached" });
      await page.getByRole("alert").getByText("This proposal is rejected already.").waitFor();
    });
  });

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
        .last()
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
      for (const room of [
        "/proposals?state=rejected",
        "/audit",
        "/versions",
        "/versions/2?against=0",
        "/sync-runs",
        `/sync-runs/${failedRun}`,
      ]) {
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
