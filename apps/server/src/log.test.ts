import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { createLog } from "./log.ts";

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog("info", { write: (line) => lines.push(line) }));
  return lines.join("");
}

test("a failed query is logged without its parameters", () => {
  const cause = Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" });
  const error = new DrizzleQueryError("select 1 where hash = $1", ["a-secret-hash"], cause);
  const text = logged((log) => log.error({ err: error }, "a request failed"));
  expect(text).toContain("select 1 where hash = $1");
  expect(text).toContain("ECONNREFUSED");
  expect(text).not.toContain("a-secret-hash");
});

test("an error that comes as a copy of its fields still says what happened, and nothing else of it", () => {
  const copy = { message: "connect ECONNREFUSED", code: "ECONNREFUSED", parameters: ["a-secret-hash"] };
  const text = logged((log) => log.warn({ err: copy }, "the job queue had an error"));
  expect(JSON.parse(text)).toMatchObject({ err: { message: "connect ECONNREFUSED", code: "ECONNREFUSED" } });
  expect(text).not.toContain("a-secret-hash");
});

test("credentials in fields are struck out", () => {
  const text = logged((log) => log.info({ key: "rbk_1", headers: { authorization: "Bearer rbk_2" } }, "x"));
  expect(text).not.toContain("rbk_");
  expect(text).toContain("[redacted]");
});
