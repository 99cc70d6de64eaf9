import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { APPEND_ONLY_TABLES, CLOSING_COLUMNS } from "./grants.ts";
import { type TestDatabase, testDatabase } from "./testing/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("every append-only table exists, and the app's role cannot change its rows", async () => {
  for (const table of APPEND_ONLY_TABLES) {
    for (const statement of [`delete from ratebook.${table}`, `truncate ratebook.${table}`]) {
      await expect(database.sql.unsafe(statement), statement).rejects.toMatchObject({ code: "42501" });
    }
    const changeable = await database.sql`
      select attname as column from pg_attribute
      where attrelid = ${`ratebook.${table}`}::regclass and attnum > 0 and not attisdropped
        and has_column_privilege(attrelid, attnum, 'update')`;
    const columns = changeable.map((row) => row.column);
    expect(new Set(columns), table).toEqual(new Set(CLOSING_COLUMNS[table]));
  }
});

test("the migrations make the tables that src/schema declares", () => {
  const script = join(import.meta.dirname, "../generate-migration.ts");
  const run = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(run).toMatchObject({ status: 0, stderr: "" });
});
