import type { Invoice, LabelledLine, Statement } from "@ratebook/billing";
import { nanos } from "@ratebook/core";
import { extractText, getDocumentProxy } from "unpdf";
import { expect, test } from "vitest";
import { createPdf } from "./create-pdf.ts";

const invoice = (overrides: Partial<Invoice> = {}): Invoice => ({
  id: "0198f000-0000-7000-8000-000000000001",
  kind: "invoice",
  number: "INV-2026-000007",
  test: false,
  customerId: "0198f000-0000-7000-8000-000000000002",
  purchaseId: "0198f000-0000-7000-8000-000000000003",
  purchaseKind: "checkout",
  standing: "paid",
  corrects: null,
  railInvoiceId: null,
  net: nanos(50_000_000_000n),
  tax: nanos(9_500_000_000n),
  total: nanos(59_500_000_000n),
  credits: nanos(50_000_000_000n),
  creditedBack: nanos(0n),
  seller: {
    key: "default",
    name: "Žižkov Příklad s.r.o.",
    address: ["Náměstí 1", "Praha"],
    country: "CZ",
    vatId: "CZ12345678",
    email: null,
    footer: "Registered at the court of Praha.",
    invoicePrefix: "INV",
    creditNotePrefix: "CN",
    issuer: "ratebook",
  },
  customer: {
    name: "Ολυμπία Α.Ε.",
    email: null,
    address: ["ул. Ленина 5", "Київ"],
    country: "GR",
    vatId: "EL123456789",
  },
  lines: [{ description: "Growth pack ($50.00 of credits)", amount: "50" }],
  taxes: [{ description: "VAT 19 %", amount: "9.5" }],
  payment: "Paid by visa ending in 4242",
  paidAt: new Date("2026-11-21T23:00:00Z"),
  dueAt: null,
  issuedAt: new Date("2026-11-22T00:00:00Z"),
  ...overrides,
});

const textOf = async (it: Invoice) => read(await createPdf().invoice(it));

async function read(bytes: Uint8Array): Promise<{ text: string; pages: number }> {
  expect(Buffer.from(bytes.subarray(0, 5)).toString("latin1")).toBe("%PDF-");
  const { text, totalPages } = await extractText(await getDocumentProxy(bytes), { mergePages: true });
  return { text, pages: totalPages };
}

test("every name, number and amount can be read back, in Latin, Greek and Cyrillic", async () => {
  const { text } = await textOf(invoice());
  for (const part of [
    "INV-2026-000007",
    "2026-11-22",
    "Žižkov Příklad s.r.o.",
    "CZ12345678",
    "Ολυμπία Α.Ε.",
    "ул. Ленина 5",
    "Київ",
    "EL123456789",
    "Growth pack",
    "$50.00",
    "VAT 19 %",
    "$9.50",
    "$59.50",
    "visa ending in 4242",
    "Registered at the court of Praha.",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain("No real money");
});

test.each([
  ["Chinese", "北京示例科技有限公司", "臺灣範例股份有限公司"],
  ["Japanese", "株式会社さくらインターネット", "東京都千代田区１－２"],
  ["Korean", "주식회사 한글과컴퓨터", "서울특별시 강남구"],
  ["Cyrillic", "ООО «Ромашка»", "ул. Ленина 5"],
  ["Greek", "Ολυμπία Α.Ε.", "Οδός Ερμού 7"],
  ["Hebrew", "חברה", "ירושלים"],
  ["Arabic", "شركة", "القاهرة"],
  ["Thai", "บริษัทตัวอย่าง", "กรุงเทพมหานคร"],
  ["Devanagari", "उदाहरण लिमिटेड", "दिल्ली"],
])("a customer with a name in %s reads it on the document, letter by letter", async (_, name, address) => {
  const customer = { ...invoice().customer, name, address: [address] };
  const lines = [{ description: `Credits for ${name}`, amount: "50" }];
  const { text } = await textOf(invoice({ customer, lines }));
  // Letters are compared as they are read, however a file joins them or puts spaces between fonts.
  const letters = (said: string) =>
    new Set(Array.from(said.normalize("NFKC").replaceAll(/[^\p{L}\p{N}]/gu, "")));
  const drawn = letters(text);
  expect(Array.from(letters(`${name}${address}`)).filter((letter) => !drawn.has(letter))).toEqual([]);
  expect(text).toContain("$50.00");
});

test("a document that needs no other font carries none, and one in Chinese only the letters it has", async () => {
  const plain = await createPdf().invoice(invoice());
  const chinese = { ...invoice().customer, name: "北京示例科技有限公司" };
  const more = await createPdf().invoice(invoice({ customer: chinese }));
  expect(Buffer.from(plain).includes("NotoSans")).toBe(false);
  expect(Buffer.from(more).includes("NotoSans")).toBe(true);
  expect(more.length - plain.length).toBeLessThan(120_000);
});

test("a credit note says which invoice it corrects, below zero", async () => {
  const { text } = await textOf(
    invoice({ kind: "credit_note", corrects: "INV-2026-000003", total: nanos(-20_000_001n) }),
  );
  expect(text).toContain("Credit note");
  expect(text).toContain("INV-2026-000003");
  // Not whole cents, so every digit is shown.
  expect(text).toContain("-$0.020000001");
});

test("a test purchase cannot be taken for a real invoice", async () => {
  expect((await textOf(invoice({ test: true }))).text).toContain("No real money was paid");
});

test("long documents go on on another page", async () => {
  const lines = Array.from({ length: 80 }, (_, index) => ({ description: `Line ${index}`, amount: "1" }));
  const { text, pages } = await textOf(invoice({ lines }));
  expect(pages).toBeGreaterThan(1);
  expect(text).toContain("Line 79");
});

test("a statement shows opening, lines and closing in credits and in debt", async () => {
  const line = (draft: Partial<LabelledLine>): LabelledLine => ({
    kind: "usage",
    about: "acme/chat-1",
    label: "Usage: acme/chat-1",
    operations: 1,
    credits: nanos(0n),
    debt: nanos(0n),
    ...draft,
  });
  const statement: Statement = {
    customerId: "0198f000-0000-7000-8000-000000000002",
    month: "2026-11",
    from: new Date("2026-11-01T00:00:00Z"),
    to: new Date("2026-12-01T00:00:00Z"),
    complete: true,
    opening: { credits: nanos(1_000_000_000n), debt: nanos(0n) },
    lines: [
      line({ label: "Purchases by card", credits: nanos(50_000_000_000n) }),
      line({ operations: 1_234, credits: nanos(-51_000_000_000n), debt: nanos(24n) }),
      ...Array.from({ length: 60 }, (_, index) => line({ label: `Usage: acme/model-${index}` })),
    ],
    closing: { credits: nanos(0n), debt: nanos(24n) },
    seller: invoice().seller,
    customer: invoice().customer,
  };
  const { text, pages } = await read(await createPdf().statement(statement));
  for (const part of [
    "Statement 2026-11",
    "2026-11-01 to 2026-11-30",
    "Ολυμπία Α.Ε.",
    "Opening balance",
    "Purchases by card (1)",
    "Usage: acme/chat-1 (1,234)",
    "-$51.00",
    "Usage: acme/model-59",
    "Closing balance",
    "$0.000000024",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain("The month is not over");
  expect(pages).toBe(2);
});
