import { must, nanos } from "@ratebook/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { correctionContent, invoiceContent } from "./document-content.ts";
import type { InvoiceRow } from "./invoice.ts";
import type { Purchase } from "./purchase.ts";

const purchase = (overrides: Partial<Purchase> = {}): Purchase => ({
  id: "0198f000-0000-7000-8000-000000000001",
  kind: "checkout",
  customerId: "0198f000-0000-7000-8000-000000000002",
  title: "Growth pack",
  net: 50_000_000_000n,
  total: 50_000_000_000n,
  credits: 50_000_000_000n,
  bonus: 0n,
  returned: 0n,
  test: false,
  railInvoiceId: null,
  payment: "Paid by visa ending in 4242",
  paidAt: new Date("2026-11-22T12:00:00Z"),
  dueAt: null,
  written: null,
  voided: false,
  ...overrides,
});
const nowhere = { country: null, vatId: null };
const vat = ({ total, net }: { total: bigint; net: bigint }) => [
  { label: "VAT 19 %", amount: nanos(total - net) },
];

/** A document's row as far as corrections read it. */
const rowOf = (content: ReturnType<typeof invoiceContent>): InvoiceRow =>
  ({ ...content, number: "INV-2026-000001" }) as InvoiceRow;

test("credits are the net subtotal; the tax comes on top and is never credited", () => {
  // 50.00 of credits and 19 % of it: 59.50 was paid.
  const taxed = purchase({ total: 59_500_000_000n });
  expect(invoiceContent(taxed, nowhere, vat)).toMatchObject({
    netNanos: 50_000_000_000n,
    taxNanos: 9_500_000_000n,
    totalNanos: 59_500_000_000n,
    creditsNanos: 50_000_000_000n,
    taxes: [{ description: "VAT 19 %", amount: "9.5" }],
  });
});

test("no invoice is written over another amount than was paid", () => {
  expect(() => invoiceContent(purchase({ total: 59_500_000_000n }), nowhere)).toThrow(/do not add up/);
});

test("a bonus is a line of its own that costs nothing", () => {
  const { lines, creditsNanos } = invoiceContent(purchase({ bonus: 5_000_000_000n }), nowhere);
  expect(lines.map(({ amount }) => amount)).toEqual(["50", "0"]);
  expect(creditsNanos).toBe(55_000_000_000n);
});

test("however returns come and go, the documents sum to what was kept, and to zero at the end", () => {
  const cents = fc.bigInt({ min: 1n, max: 100_000n });
  fc.assert(
    fc.property(
      cents,
      cents,
      fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { maxLength: 8 }),
      (net, tax, shares) => {
        const whole = purchase({ net: net * 10_000_000n, total: (net + tax) * 10_000_000n, bonus: 7n });
        const first = rowOf(invoiceContent(whole, nowhere, vat));
        const documents = [first];
        for (const share of [...shares, 10_000n]) {
          const returned = (((net + tax) * share) / 10_000n) * 10_000_000n;
          const content = correctionContent({ ...whole, returned }, first, documents);
          if (content !== null) documents.push(rowOf(content));
          const sum = documents.reduce((total, it) => total + it.totalNanos, 0n);
          expect(sum).toBe(whole.total - returned);
          for (const it of documents) expect(it.netNanos + it.taxNanos).toBe(it.totalNanos);
          expect(correctionContent({ ...whole, returned }, first, documents)).toBeNull();
        }
        expect(documents.reduce((total, it) => total + it.netNanos, 0n)).toBe(0n);
        expect(documents.reduce((total, it) => total + it.creditsNanos, 0n)).toBe(0n);
        expect(must(documents.at(-1), "there is one").totalNanos).not.toBe(0n);
      },
    ),
  );
});
