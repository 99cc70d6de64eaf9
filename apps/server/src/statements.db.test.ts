import { createKey, opId, upsertCustomer } from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import { readCsv } from "@ratebook/core";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

let server: TestRatebook;
let customer: { id: string; key: string };
let month: string;
beforeAll(async () => {
  server = await startTestRatebook();
  const made = await upsertCustomer(server.ctx, OPERATOR, { externalId: "reader", name: "Ολυμπία" });
  if (!made.ok) throw new Error(made.error.message);
  const { id } = made.value;
  const created = await createKey(server.ctx, OPERATOR, {
    kind: "customer",
    customer: id,
    name: "test",
    scopes: ["read"],
  });
  if (!created.ok) throw new Error(created.error.kind);
  customer = { id, key: created.value.key };
  const posted = await server.ctx.ledger.post({
    kind: "grant",
    account: id,
    opId: opId("payment", server.ctx.newId()),
    meaningHash: "0".repeat(64),
    amount: dollars("12.000000001"),
    category: "purchased",
    contra: "clearing:stripe",
    source: "USDC",
  });
  expect(posted.kind).toBe("done");
  month = server.ctx.clock().toISOString().slice(0, 7);
});
afterAll(async () => {
  await expectBooksBalance(server.database.sql);
  await server.drop();
});

test("the months are listed, and each is read as JSON, CSV and PDF", async () => {
  const { key } = customer;
  expect(await server.call("/api/v1/statements", { key })).toMatchObject({
    status: 200,
    body: {
      statements: [{ month, complete: false, statementCsv: `/api/v1/statements/${month}?format=csv` }],
      nextCursor: null,
    },
  });
  expect(await server.call(`/api/v1/statements/${month}`, { key })).toMatchObject({
    status: 200,
    body: {
      statement: {
        month,
        opening: { credits: "0", debt: "0" },
        lines: [
          {
            kind: "purchase",
            label: "Purchases by card",
            operations: 1,
            credits: "12.000000001",
            debt: "0",
          },
        ],
        closing: { credits: "12.000000001", debt: "0" },
        customer: { name: "Ολυμπία" },
      },
    },
  });
  const csv = await download(`/api/v1/statements/${month}?format=csv`);
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(csv.headers.get("content-disposition")).toBe(`attachment; filename="statement-${month}.csv"`);
  const rows = readCsv(await csv.text());
  expect(rows.ok && rows.value.at(-1)?.cells).toEqual([
    month,
    "Ολυμπία",
    "Closing balance",
    "",
    "12.000000001",
    "0",
  ]);
  const pdf = await download(`/api/v1/statements/${month}`, "application/pdf");
  expect(pdf.headers.get("content-type")).toBe("application/pdf");
  const file = await getDocumentProxy(new Uint8Array(await pdf.arrayBuffer()));
  const { text } = await extractText(file, { mergePages: true });
  for (const part of [`Statement ${month}`, "Ολυμπία", "$12.000000001", "The month is not over"]) {
    expect(text).toContain(part);
  }
});

test.each([
  ["/api/v1/statements/2026-13", 400, "month"],
  ["/api/v1/statements/2999-01", 400, "month"],
  ["/api/v1/statements?cursor=x", 400, "cursor"],
  ["/api/v1/statements?limit=0", 400, "limit"],
])("%s is %i and names %s", async (path, status, field) => {
  const answer = await server.call(path, { key: customer.key });
  expect(answer).toMatchObject({ status, body: { code: "validation_error" } });
  expect(String(answer.body.error)).toContain(field);
});

test("nobody reads statements without a key, or a stranger's with one", async () => {
  const path = `/api/v1/statements/${month}`;
  expect((await server.call(path)).status).toBe(401);
  const made = await upsertCustomer(server.ctx, OPERATOR, { externalId: "stranger", name: "Stranger" });
  expect(made.ok).toBe(true);
  const answer = await server.call(path, { key: customer.key, headers: { "x-customer": "stranger" } });
  expect(answer).toMatchObject({ status: 403, body: { code: "access_denied" } });
});

const download = (path: string, accept = "*/*"): Promise<Response> =>
  fetch(new URL(path, server.url), { headers: { authorization: `Bearer ${customer.key}`, accept } });
