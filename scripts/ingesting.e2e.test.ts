import { afterAll, beforeAll, expect, test } from "vitest";
import { curlIsHere, documentedLines, runLines } from "./serve/documented-lines.ts";
import { type Credentials, createStarts, type Start, type Starts } from "./serve/start-fixture.ts";

const curl = curlIsHere();

let starts: Starts;
let start: Start & { credentials: Credentials };

beforeAll(async () => {
  starts = await createStarts();
  if (curl) start = await starts.ready();
});
afterAll(() => starts.cleanUp());

const runAll = (document: string) =>
  runLines(documentedLines(document).join("\n"), { url: start.credentials.url, dataDir: starts.dataDir });

// 1,000 tokens at $0.02 a million and 20 %: 24 nanos each. (1200 × $1.75 + 350 × $14) ÷ 10^6 and 20 %: $0.0084.
const EMBEDDED = "0.000024";
const CHAT = "0.0084";

test.runIf(curl)(
  "every line about usage from other systems works as printed; after a kill -9 and a restart nothing is debited again",
  async () => {
    const first = runAll("docs/ingesting.md");
    expect(first).toMatchObject({ status: 0, problem: "" });
    const [customer, structured, binary, batch, litellm, otlp, shadow, report] = first.answers;
    expect(customer).toMatchObject({ customer: { externalId: "acme-42" } });
    expect(structured).toMatchObject({ results: [{ status: "debited", amount: EMBEDDED, debt: EMBEDDED }] });
    expect(binary).toMatchObject({ results: [{ status: "replayed", amount: EMBEDDED }] });
    expect(batch).toMatchObject({ results: [{ status: "debited" }, { status: "debited" }] });
    expect(litellm).toMatchObject({ results: [{ status: "debited", amount: CHAT }, { status: "skipped" }] });
    expect(otlp).toEqual({});
    expect(shadow).toMatchObject({ status: "shadow", amount: CHAT });
    expect(report).toMatchObject({
      models: [{ offering: "openai/gpt-5.2", events: 2, amount: "0.0168", difference: "-0.0006" }],
    });

    start.process.kill("SIGKILL");
    await starts.ended(start);
    start = await starts.ready();
    const again = runAll("docs/ingesting.md");
    expect(again).toMatchObject({ status: 0, problem: "" });
    const [, structuredAgain, binaryAgain, batchAgain] = again.answers;
    for (const answer of [structuredAgain, binaryAgain]) {
      expect(answer).toMatchObject({ results: [{ status: "replayed", amount: EMBEDDED }] });
    }
    expect(batchAgain).toMatchObject({ results: [{ status: "replayed" }, { status: "replayed" }] });
  },
);
