import type { Position, Statement } from "@ratebook/billing";
import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { MonthText } from "../../inputs/statements.ts";
import { Limit } from "../../inputs/text.ts";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";

const position = z.object({ credits: usdText, debt: usdText });
const statement = z
  .looseObject({
    month: MonthText,
    from: z.iso.datetime(),
    to: z.iso.datetime().meta({ description: "Exclusive; now while the month lasts" }),
    complete: z.boolean(),
    opening: position,
    lines: z.array(
      z.object({
        kind: z.string(),
        about: z.string().nullable().meta({ description: "The model of usage, or how a purchase was paid" }),
        label: z.string(),
        operations: z.int(),
        credits: usdText,
        debt: usdText,
      }),
    ),
    closing: position,
  })
  .meta({ id: "Statement" });

export const statementRoutes = [
  route({
    method: "get",
    path: "/api/v1/statements",
    operationId: "listStatements",
    tag: "Purchases",
    summary: "List the months that have a statement, newest first",
    auth: "key",
    query: z.strictObject({ limit: Limit, cursor: MonthText.optional() }),
    noStore: true,
    responses: {
      200: {
        description: "A page of months in UTC",
        schema: z.object({
          statements: z.array(
            z.object({
              month: MonthText,
              complete: z.boolean(),
              statementUrl: z.string(),
              statementPdf: z.string(),
              statementCsv: z.string(),
            }),
          ),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    handle: async ({ caller, customer, query }) => {
      const { items, nextCursor } = await caller.statements.list({ customer, ...query });
      const statements = items.map(({ month, complete }) => {
        const url = `/api/v1/statements/${month}`;
        return {
          month,
          complete,
          statementUrl: url,
          statementPdf: `${url}?format=pdf`,
          statementCsv: `${url}?format=csv`,
        };
      });
      return { status: 200, body: { statements, nextCursor } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/statements/{month}",
    operationId: "getStatement",
    tag: "Purchases",
    summary: "A month's statement: opening balance, what moved, closing balance",
    description:
      "Opening and lines add up to closing, to the nano, in credits and in debt. `format` is json, csv or pdf; `Accept: application/pdf` and `Accept: text/csv` do as well.",
    auth: "key",
    params: z.object({ month: MonthText }),
    query: z.strictObject({ format: z.enum(["json", "csv", "pdf"]).optional() }),
    headers: { Accept: { description: "`application/pdf` or `text/csv` for such a file" } },
    noStore: true,
    responses: { 200: { description: "The statement", schema: z.object({ statement }) } },
    handle: async ({ caller, customer, params, query, header }) => {
      const input = { customer, month: params.month };
      switch (query.format ?? wantedBy(header("accept") ?? "")) {
        case "pdf": {
          const { name, pdf } = await caller.statements.pdf(input);
          return { status: 200, body: pdf, headers: fileHeaders(name, "application/pdf") };
        }
        case "csv": {
          const { name, csv } = await caller.statements.csv(input);
          const body = new TextEncoder().encode(csv);
          return { status: 200, body, headers: fileHeaders(name, "text/csv; charset=utf-8") };
        }
        case "json":
          return { status: 200, body: { statement: wireStatement(await caller.statements.get(input)) } };
      }
    },
  }),
];

function wantedBy(accept: string): "json" | "csv" | "pdf" {
  if (/\bapplication\/pdf\b/i.test(accept)) return "pdf";
  return /\btext\/csv\b/i.test(accept) ? "csv" : "json";
}

// Names hold letters, digits, hyphens and a full stop only, so they need no escape.
const fileHeaders = (name: string, type: string) => ({
  "content-type": type,
  "content-disposition": `attachment; filename="${name}"`,
  vary: "accept",
});

const wireStatement = (it: Statement): Record<string, unknown> => ({
  month: it.month,
  from: it.from,
  to: it.to,
  complete: it.complete,
  opening: wirePosition(it.opening),
  lines: it.lines.map((line) => ({
    kind: line.kind,
    about: line.about,
    label: line.label,
    operations: line.operations,
    ...wirePosition(line),
  })),
  closing: wirePosition(it.closing),
  seller: it.seller,
  customer: it.customer,
});

const wirePosition = ({ credits, debt }: Position) => ({
  credits: formatUsd(credits),
  debt: formatUsd(debt),
});
