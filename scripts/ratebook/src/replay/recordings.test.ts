import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listRecordings, readChangeStream } from "./recordings.ts";

function corpusOf(files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "ratebook-replay-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), "{}");
  }
  return folder;
}

test("documents come by day; of an accident's two sides the one before it comes first, an hour earlier", () => {
  const folder = corpusOf([
    "litellm/litellm-2026-03-11-0aaa-ANOM-gone.json",
    "litellm/litellm-2026-03-11-9fff-ANOM-gone-before.json",
    "openrouter/models-2026-01-01.json",
  ]);
  const { documents } = listRecordings(folder);
  expect(
    documents.map(({ source, file, at }) => `${at.toISOString().slice(0, 13)} ${source} ${file}`),
  ).toEqual([
    "2026-01-01T12 openrouter openrouter/models-2026-01-01.json",
    "2026-03-11T12 litellm litellm/litellm-2026-03-11-9fff-ANOM-gone-before.json",
    "2026-03-11T13 litellm litellm/litellm-2026-03-11-0aaa-ANOM-gone.json",
  ]);
});

test("what no source reads is left out by name, and a wrong page goes to every source of pages", () => {
  const folder = corpusOf([
    "langfuse/x-2026-01-01.json",
    "html/openai-pricing-2026-01-01.html",
    "html/aliyun-pricing-2026-01-01.html",
    "html/somebody-2026-01-01.html",
    "html/trimmed/a.html",
  ]);
  const { documents, leftOut } = listRecordings(folder, new Set(["litellm"]));
  expect(documents.every(({ wrongPage }) => wrongPage)).toBe(true);
  expect(documents.map(({ source }) => source)).toContain("openai");
  expect(leftOut).toEqual([
    { file: "langfuse/x-2026-01-01.json", reason: "no source reads this format" },
    { file: "html/openai-pricing-2026-01-01.html", reason: "there is no source openai yet" },
    { file: "html/somebody-2026-01-01.html", reason: "no source reads this page" },
    { file: "html/trimmed", reason: "1 replicas without a date" },
  ]);
  expect(readChangeStream(folder)).toBeNull();
});
