import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Credentials, createStarts, type Starts } from "./serve/start-fixture.ts";

const curl = spawnSync("curl", ["--version"]).status === 0;
if (!curl) console.log("curl was not found: the documented lines are not run.");

let starts: Starts;
let credentials: Credentials;

beforeAll(async () => {
  starts = await createStarts();
  if (curl) ({ credentials } = await starts.ready());
});
afterAll(() => starts.cleanUp());

/** The shell blocks of the README's section "Try it". */
function documentedLines(): string[] {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const section = readme.split("\n## ").find((part) => part.startsWith("Try it"));
  return [...(section ?? "").matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1] ?? "");
}

/** Runs shell lines as they are printed, with the credentials of this start; a request that fails ends the run. */
function run(lines: string, url: string) {
  const here = lines
    .replace("http://127.0.0.1:3000", url)
    .replaceAll("./.ratebook/credentials.json", join(starts.dataDir, "credentials.json"));
  const strict = 'set -euo pipefail\ncurl() { command curl -sS --fail-with-body -w "\\n" "$@"; }\n';
  const done = spawnSync("bash", ["-c", strict + here], { encoding: "utf8" });
  const answers = done.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Record<string, unknown> => JSON.parse(line));
  return { status: done.status, problem: done.stderr, answers };
}

test.runIf(curl)(
  "every line of the README's walk works as printed, and answers in the documented shape",
  async () => {
    const [own, platform] = documentedLines();
    const first = run(own ?? "", credentials.url);
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

    const second = run(`URL=${credentials.url}\n${platform}`, credentials.url);
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
    credentials.url,
  );
  expect(status).toBe(0);
  expect(answers[0]).toMatchObject({
    balance: expect.any(Number),
    pending: 0,
    usage: { today: expect.any(Number), thisMonth: expect.any(Number) },
  });
});
