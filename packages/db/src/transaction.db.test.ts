import { err, ok } from "@ratebook/core";
import { sql as query } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "./testing/index.ts";
import { inTransaction, type Transaction } from "./transaction.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create schema scratch`;
  await database.sql`create table scratch.note (id int primary key, n int not null)`;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.sql`delete from scratch.note`;
});

const insert = (tx: Transaction, id: number) => tx.execute(query`insert into scratch.note values (${id}, 0)`);
const stored = async (): Promise<number[]> =>
  (await database.sql`select id from scratch.note order by id`).map((row) => Number(row.id));

test("a returned value commits and is returned", async () => {
  const value = await inTransaction(database.db, async (tx) => {
    await insert(tx, 1);
    return ok("done");
  });
  expect(value).toEqual(ok("done"));
  expect(await stored()).toEqual([1]);
});

test("a returned failure writes nothing and is returned", async () => {
  const value = await inTransaction(database.db, async (tx) => {
    await insert(tx, 1);
    return err({ kind: "refused" });
  });
  expect(value).toEqual(err({ kind: "refused" }));
  expect(await stored()).toEqual([]);
});

test("a thrown error writes nothing and is thrown", async () => {
  const work = inTransaction(database.db, async (tx) => {
    await insert(tx, 1);
    throw new Error("bug");
  });
  await expect(work).rejects.toThrow("bug");
  expect(await stored()).toEqual([]);
});

test("of two transactions in a deadlock both commit in the end", async () => {
  await database.sql`insert into scratch.note values (1, 0), (2, 0)`;
  const bothHoldOne = barrier(2);
  let runs = 0;
  const addTo = (first: number, second: number) =>
    inTransaction(database.db, async (tx) => {
      runs += 1;
      await tx.execute(query`update scratch.note set n = n + 1 where id = ${first}`);
      await bothHoldOne();
      await tx.execute(query`update scratch.note set n = n + 1 where id = ${second}`);
    });
  await Promise.all([addTo(1, 2), addTo(2, 1)]);
  expect(runs).toBe(3);
  expect((await database.sql`select n from scratch.note`).map((row) => row.n)).toEqual([2, 2]);
});

test("a conflict that does not go away is thrown after the given attempts", async () => {
  let runs = 0;
  const work = inTransaction(
    database.db,
    async (tx) => {
      runs += 1;
      await tx.execute(query`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    },
    { attempts: 3 },
  );
  await expect(work).rejects.toMatchObject({ cause: { code: "40001" } });
  expect(runs).toBe(3);
});

/** Lets everybody pass once `count` have come; later ones pass at once. */
function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  return () => {
    waiting += 1;
    if (waiting >= count) resolve();
    return promise;
  };
}
