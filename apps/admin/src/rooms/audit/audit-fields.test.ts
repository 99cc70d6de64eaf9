import { expect, test } from "vitest";
import { auditCsv } from "./audit-csv.ts";
import { actionText, auditFields } from "./audit-fields.ts";

test("what changed is shown field by field; what stayed is left out", () => {
  expect(
    auditFields({
      before: { listed: true, note: "a", gone: 1 },
      after: { listed: false, note: "a", rules: [{ id: "all" }] },
    }),
  ).toEqual([
    { name: "listed", before: "true", after: "false" },
    { name: "gone", before: "1", after: null },
    { name: "rules", before: null, after: '[\n {\n  "id": "all"\n }\n]' },
  ]);
  expect(auditFields({ before: null, after: null })).toEqual([]);
});

test("a field that holds null is one that is not there", () => {
  expect(auditFields({ before: { until: null }, after: { until: "2027" } })).toEqual([
    { name: "until", before: null, after: "2027" },
  ]);
});

test("actions are said in words", () => {
  expect(actionText("api_key.create")).toBe("API key: create");
  expect(actionText("markup_policy.set")).toBe("Markup policy: set");
  expect(actionText("proposal.approve")).toBe("Proposal: approve");
  expect(actionText("tick")).toBe("Tick");
});

test("a download has a line a change, and no reason that a spreadsheet would run", () => {
  const entry = {
    id: "1",
    at: new Date("2026-11-22T00:00:00Z"),
    actorKind: "operator",
    actorId: "olga",
    actorName: "Olga",
    action: "price.approve",
    subject: "acme/one",
    customerId: null,
    customerName: null,
    before: null,
    after: { usd: "1" },
    reason: "=1+1",
  } as const;
  expect(auditCsv([entry]).split("\r\n")[1]).toBe(
    `2026-11-22T00:00:00.000Z,operator,olga,Olga,price.approve,acme/one,,,,"{""usd"":""1""}",'=1+1,1`,
  );
});
