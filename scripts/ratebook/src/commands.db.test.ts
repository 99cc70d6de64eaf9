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
    env: { PATH: process.env.PATH, ...(environment ?? here) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: Number(code), out, err };
}

async function file(name: string, content: string): Promise<string> {
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
