import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "ratebook-commands-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

type Ran = { code: number; out: string; err: string };

/** Runs the command as an operator does; without `environment` on this file's database. */
async function ratebook(args: readonly string[], environment?: Record<string, string>): Promise<Ran> {
  const here = { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl };
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...(environment ?? here),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: Number(code), out, err };
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const published = async (): Promise<unknown> => {
  const [row] = await database.sql`
    select (select count(*)::int from ratebook.catalogue_version) as versions,
      (select count(*)::int from ratebook.rate) as rates`;
  return row;
};

describe("what cannot be done ends with one sentence, and leaves nothing half-written", () => {
  const htmlPage = "<!doctype html><html><body>502 Bad Gateway</body></html>";
  test.each<[string, () => Promise<string[]>, number, RegExp]>([
    ["an unknown command", async () => ["guess"], 2, /unknown command 'guess'/],
    [
      "an unknown source",
      async () => ["sync", "--source", "nope"],
      1,
      /^ratebook: There is no source nope; /,
    ],
    [
      "an HTML page where JSON was due",
      async () => ["sync", "--source", "litellm", "--from", await file("page.html", htmlPage)],
      1,
      /An HTML page came where JSON was due\. No price changed\.$/,
    ],
    [
      "a document that is not JSON",
      async () => ["sync", "--source", "openrouter", "--from", await file("cut.json", '{"data": [')],
      1,
      /The document is not valid JSON: .* No price changed\.$/,
    ],
    [
      "a file that is not there",
      async () => ["import", join(folder, "missing.json")],
      1,
      /^ratebook: There is no file .*missing\.json\.$/,
    ],
    [
      "rates that are not a price document",
      async () => ["import", await file("other.json", "{}")],
      1,
      /other\.json is not a price document; nothing was imported\./,
    ],
    [
      "a key without a right",
      async () => ["create-key", "--kind", "service"],
      2,
      /required option '--scope <scope>' not specified/,
    ],
    [
      "a key for nobody",
      async () => ["create-key", "--customer", "nobody", "--scope", "read"],
      1,
      /^ratebook: No customer has the id nobody\.$/,
    ],
    [
      "an operator without an address",
      async () => ["create-operator", "--email", "not-an-address"],
      1,
      /^ratebook: --email not-an-address is not an e-mail address\.$/,
    ],
  ])("%s", async (_name, args, code, sentence) => {
    const before = await published();
    const ran = await ratebook(await args());
    expect(ran).toMatchObject({ code, out: "" });
    expect(ran.err.trim()).toMatch(new RegExp(sentence, "m"));
    expect(ran.err).not.toContain("    at ");
    expect(await published()).toEqual(before);
  });

  test("a database that is down", async () => {
    const ran = await ratebook(["verify-books"], { DATABASE_URL: "postgres://127.0.0.1:1/ratebook" });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(/^ratebook: The database cannot be reached/m);
  });

  test("books in a folder that has none", async () => {
    const empty = await mkdtemp(join(folder, "empty-"));
    const ran = await ratebook(["verify-books"], { RATEBOOK_DATA_DIR: empty });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(/^ratebook: There is no database in /);
    expect(await readdir(empty)).toEqual([]);
  });
});

test("an operator's rates are imported, the books verified and written as a journal", async () => {
  const document = {
    source: "manual",
    asOf: "2026-11-22T00:00:00Z",
    currency: "USD",
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        listed: true,
        rates: [{ meter: "input_tokens", usd: "2.5", per: 1_000_000, when: {} }],
      },
    ],
  };
  const imported = await ratebook(["import", await file("mine.json", JSON.stringify(document)), "--json"]);
  expect(imported.code).toBe(0);
  expect(await published()).toEqual({ versions: 1, rates: 1 });

  const verified = await ratebook(["verify-books"]);
  expect(verified.code).toBe(0);
  expect(verified.out.match(/^I\d+ +ok/gm)).toHaveLength(15);
  expect(await ratebook(["rebuild-usage", "--json"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("wallets"),
  });
  const journal = await ratebook(["export-journal"]);
  expect(journal).toMatchObject({ code: 0, out: expect.stringContaining("; Ratebook journal") });
});

describe("audit", () => {
  const csv = "day,model,paid,in\n2026-11-22,chat-1,2.50,1000000\n";
  const words = [
    "--format",
    "csv",
    "--provider",
    "auditor",
    "--day",
    "day",
    "--model",
    "model",
    "--amount",
    "paid",
  ];
  const audit = (path: string, ...more: string[]) =>
    ratebook(["audit", path, ...words, "--quantity", "input_tokens=in", "--prices", "now", ...more]);

  test("lists what has no price, never as costing nothing, and ends with 1 where nothing could be compared", async () => {
    const ghosts = await audit(await file("ghosts.csv", csv));
    expect(ghosts.code).toBe(1);
    expect(ghosts.out).toContain("1 rows have no price here at that time");
    expect(ghosts.out).toContain("auditor/chat-1: 2.5, unknown_offering");
  });

  test("prints the mischarge by model, and ends with 3 above a limit, with 1 where a row could not be read", async () => {
    const rates = [{ meter: "input_tokens", usd: "2", per: 1_000_000, when: {} }];
    const offerings = [{ provider: "auditor", model: "chat-1", modality: "language", listed: true, rates }];
    const document = { source: "manual", asOf: "2026-11-22T00:00:00Z", currency: "USD", offerings };
    expect((await ratebook(["import", await file("rates.json", JSON.stringify(document))])).code).toBe(0);
    const priced = await audit(await file("bill.csv", csv), "--json", "--fail-above", "0.5");
    expect(priced.code).toBe(0);
    expect(JSON.parse(priced.out)).toMatchObject({
      models: [{ offering: "auditor/chat-1", logged: "2.5", list: "2", difference: "0.5" }],
      total: { compared: 1, difference: "0.5" },
    });
    const tooMuch = await audit(await file("bill.csv", csv), "--fail-above", "0.49");
    expect(tooMuch.code).toBe(3);
    expect(tooMuch.out).toMatch(/auditor\/chat-1 +1 +2\.5 +2 +\+0\.5/);
    const spoilt = await audit(await file("spoilt.csv", `${csv}2026-11-23,chat-1,much,1\n`));
    expect(spoilt.code).toBe(1);
    expect(spoilt.out).toContain("line 3: paid: “much” is no amount");
  });

  test.each<[string, string, string[], number, RegExp]>([
    ["a quote that is never closed", `${csv}"`, [], 1, /bad\.csv is no CSV: line 3: a quote is opened/],
    [
      "a column that is not there",
      csv,
      ["--amount", "cost"],
      1,
      /there is no column “cost”; there are day, model/,
    ],
    ["a quantity without a column", csv, ["--quantity", "input_tokens"], 2, /It is a meter and a column/],
  ])("%s is told in one sentence", async (_what, text, more, code, sentence) => {
    const refused = await audit(await file("bad.csv", text), ...more);
    expect(refused.code).toBe(code);
    expect(refused.err).toMatch(sentence);
    expect(refused.out).toBe("");
  });

  test("an export of another kind, and two logs at once, are told too", async () => {
    const path = await file("bill.csv", csv);
    const other = await ratebook(["audit", path, "--format", "openai"]);
    expect(other).toMatchObject({
      code: 1,
      err: expect.stringContaining("no usage or cost export of openai: day, model"),
    });
    const logs = await ratebook(["audit", path, path, "--format", "litellm"]);
    expect(logs).toMatchObject({ code: 1, err: expect.stringContaining("A request log is one file") });
  });
});

describe("migrate csv", () => {
  const customers = [
    "id,name,billing_email,credit_balance,stripe_customer_id,stripe_default_payment_method,auto_top_up_threshold,auto_top_up_amount",
    'org-1,"Acme, Inc.",billing@acme.example,12.345678901,cus_1,pm_1,5.00,50.00',
    "org-2,Globex,,0.00,,,,",
  ].join("\r\n");
  const key = "ab".repeat(32);
  const keys = `organization_id,key_hash,key_prefix,name\norg-1,${key},eliza_12,laptop\n`;
  const run = (file: string, keyFile: string, ...more: string[]) =>
    ratebook(["migrate", "csv", file, "--keys", keyFile, "--system", "elizaos", ...more]);
  const wallets = () => database.sql`
    select c.external_id as id, w.balance, coalesce(a.enabled, false) as enabled, a.threshold_nanos as threshold,
      r.rail_id as stripe, (select count(*)::int from ratebook.api_key k where k.customer_id = c.id) as keys
    from ratebook.customer c join ratebook.wallet w on w.account_id = c.id
    left join ratebook.auto_top_up a on a.customer_id = c.id
    left join ratebook.rail_customer r on r.customer_id = c.id
    where c.external_id like 'org-%' order by 1`;

  test("says the totals and changes nothing; applied, everything is there; again, nothing is opened twice", async () => {
    const files = [await file("customers.csv", customers), await file("keys.csv", keys)] as const;
    const dry = await run(...files, "--json");
    expect(dry).toMatchObject({ code: 0 });
    expect(JSON.parse(dry.out)).toMatchObject({
      applied: false,
      customers: { rows: 2, new: 2, known: 0 },
      balance: "12.345678901",
      stripeCustomers: 1,
      cards: 1,
      autoTopUpRules: 1,
      keys: 1,
    });
    expect(await wallets()).toHaveLength(0);

    const applied = await run(...files, "--apply");
    expect(applied.out).toContain("Done: 12.345678901 credits opened, 1 keys new.");
    expect(applied.out).toContain("Their cards were not read: set STRIPE_SECRET_KEY and run it again");
    expect(await wallets()).toEqual([
      {
        id: "org-1",
        balance: 12_345_678_901n,
        enabled: false,
        threshold: 5_000_000_000n,
        stripe: "cus_1",
        keys: 1,
      },
      { id: "org-2", balance: 0n, enabled: false, threshold: null, stripe: null, keys: 0 },
    ]);
    const again = await run(...files, "--apply", "--json");
    expect(JSON.parse(again.out)).toMatchObject({ openedAlready: "12.345678901", opened: "0", newKeys: 0 });
    const books = await ratebook(["verify-books"]);
    expect(books.code).toBe(0);
  });

  test("refuses files with a wrong row as a whole, each by its line and column", async () => {
    const wrong = await file(
      "wrong.csv",
      `${customers}\norg-3,Initech,nobody,1e3,cus_1,,,\norg-1,Again,,1,,,,\nshort,row\n`,
    );
    const refused = await run(wrong, await file("keys.csv", `${keys}org-9,zz,,\n`), "--apply");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("line 4: billing_email: must be an e-mail address");
    expect(refused.err).toContain("line 4: credit_balance:");
    expect(refused.err).toContain("line 6: has 2 cells, and the header 8");
    const latin = await file("latin.csv", Buffer.from(customers.replace("Globex", "Gl\u00f6bex"), "latin1"));
    const lost = await run(latin, await file("keys.csv", keys), "--apply");
    expect(lost).toMatchObject({ code: 1, err: expect.stringMatching(/latin\.csv is not UTF-8 text/) });
    const twice = await file("twice.csv", `${customers}\norg-1,Again,,1,cus_1,,,\n`);
    const doubled = await run(twice, await file("keys.csv", keys), "--apply");
    expect(doubled.err).toContain("the customer org-1 stands on line 2 already");
    expect(doubled.err).toContain("the Stripe customer cus_1 stands on line 2 already");
    const changed = await file("changed.csv", customers.replace("12.345678901", "99"));
    const differing = await run(changed, await file("keys.csv", keys), "--apply");
    expect(differing.err).toContain("org-1 was opened with 12.345678901 before");
    expect(await wallets()).toHaveLength(2);
  });
});
