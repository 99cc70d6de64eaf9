import { afterAll, beforeAll, expect, test } from "vitest";
import { curlIsHere, documentedLines, runLines } from "./serve/documented-lines.ts";
import { type Credentials, createStarts, type Starts } from "./serve/start-fixture.ts";

const curl = curlIsHere();

let starts: Starts;
let credentials: Credentials;

beforeAll(async () => {
  starts = await createStarts();
  if (curl) ({ credentials } = await starts.ready());
});
afterAll(() => starts.cleanUp());

const run = (lines: string) => runLines(lines, { url: credentials.url, dataDir: starts.dataDir });

test.runIf(curl)(
  "every line of the README's walk works as printed, and answers in the documented shape",
  async () => {
    const [own, platform] = documentedLines("README.md", "Try it");
    const first = run(own ?? "");
    expect(first).toMatchObject({ status: 0, problem: "" });
    const [summary, receipt, prices, models] = first.answers;
    expect(summary).toMatchObject({
      success: true,
      balance: 100,
      pending: 0,
      usage: { today: 0, thisMonth: 0 },
      organization: { id: credentials.organizationId, creditBalance: 100 },
      pricing: { creditsPerDollar: 1 },
    });
    // 1,000 tokens at $0.02 a million and 20 %: 24 nanos each.
    expect(receipt).toMatchObject({ receipt: { amount: "0.000024" } });
    expect(prices).toMatchObject({ pricing: { embeddings: { estimatedRange: { min: 0.000024 } } } });
    expect(models).toMatchObject({ success: true });

    const second = run(`URL=${credentials.url}\n${platform}`);
    expect(second).toMatchObject({ status: 0, problem: "" });
    const [customer, grant, usage] = second.answers;
    expect(customer).toMatchObject({ customer: { externalId: "acme-42", name: "Acme" } });
    expect(grant).toMatchObject({ success: true });
    expect(usage).toMatchObject({ status: "debited", amount: "0.000024", balance: "4.999976" });
  },
);

// The product's own document, word for word but for host and key.
test.runIf(curl)("the product's documented balance line answers as it shows", async () => {
  const { status, answers } = run(
    `curl -X GET "${credentials.url}/api/v1/credits/summary" \\\n-H "Authorization: Bearer ${credentials.apiKey}"`,
  );
  expect(status).toBe(0);
  expect(answers[0]).toMatchObject({
    balance: expect.any(Number),
    pending: 0,
    usage: { today: expect.any(Number), thisMonth: expect.any(Number) },
  });
});
