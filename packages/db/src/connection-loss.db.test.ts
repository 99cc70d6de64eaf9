import type postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Connection, connect } from "./client.ts";
import { isDatabaseDown } from "./database-errors.ts";
import { type TestDatabase, testDatabase } from "./testing/index.ts";

// What upstream postgres.js 3.4.9 does here, and patches/ repairs: an exception nobody can catch ends the process
// (https://github.com/porsager/postgres/issues/1208), the connection never sends again, or a transaction's later
// statements run on the next connection, outside any transaction (https://github.com/porsager/postgres/pull/1155).
let database: TestDatabase;
let pool: Connection;
beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create schema scratch`;
  await database.sql`create table scratch.note (n int)`;
});
afterAll(() => database.drop());
beforeEach(() => {
  pool = connect({ url: database.url, max: 1, applicationName: "cut" });
});
afterEach(() => pool.close());

type Session = Pick<postgres.ISql<{ bigint: bigint }>, "unsafe">;
const pidOf = async (session: Session): Promise<number> =>
  Number((await session.unsafe("select pg_backend_pid() as pid"))[0]?.pid);
/** Cuts a session and returns when the server has ended it. */
const cut = async (pid: number): Promise<void> => {
  await database.sql`select pg_terminate_backend(${pid}, 10000)`;
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "it succeeded",
    (error: unknown) => error,
  );

test("a transaction cut in the middle of a statement is rejected, and the pool works on", async () => {
  for (let round = 0; round < 5; round += 1) {
    const started = Promise.withResolvers<number>();
    const work = failure(
      pool.sql.begin(async (tx) => {
        started.resolve(await pidOf(tx));
        await tx`select pg_sleep(60)`;
      }),
    );
    await cut(await started.promise);
    expect(isDatabaseDown(await work)).toBe(true);
    expect(await pool.sql`select 1 as n`).toEqual([{ n: 1 }]);
  }
});

test("a transaction cut between two statements runs the second one nowhere", async () => {
  let second: unknown;
  const work = failure(
    pool.sql.begin(async (tx) => {
      const pid = await pidOf(tx);
      await tx`insert into scratch.note values (1)`;
      // Waits in the pool, so that its only connection is opened again while the transaction is still at work.
      const next = pool.sql`select 2 as n`;
      const answered = failure(next);
      await cut(pid);
      await answered;
      second = await failure(tx`insert into scratch.note values (2)`);
    }),
  );
  expect(isDatabaseDown(await work)).toBe(true);
  await expect.poll(() => isDatabaseDown(second)).toBe(true);
  expect(await pool.sql`select n from scratch.note`).toEqual([]);
});

test("a reserved connection that was cut rejects, and another can be reserved", async () => {
  const first = await pool.sql.reserve();
  await cut(await pidOf(first));
  expect(isDatabaseDown(await failure(first`select 1`))).toBe(true);
  expect(isDatabaseDown(await failure(first`select 1`))).toBe(true);
  first.release();
  const second = await pool.sql.reserve();
  expect(await second`select 1 as n`).toEqual([{ n: 1 }]);
  second.release();
  expect(await pool.sql`select 2 as n`).toEqual([{ n: 2 }]);
});
