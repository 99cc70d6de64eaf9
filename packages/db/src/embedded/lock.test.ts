import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAbandoned, lockFolder } from "./lock.ts";
import { processIdentity } from "./processes.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ratebook-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const lockFile = (): string => join(folder, "start.lock");

test("a folder is held by one start at a time, and the refusal names folder and process", async () => {
  const release = await lockFolder(folder);
  const refusal = {
    kind: "in_use",
    message: expect.stringMatching(`${folder} is in use.*process ${process.pid}`),
  };
  await expect(lockFolder(folder)).rejects.toMatchObject(refusal);
  await release();
  await (await lockFolder(folder))();
  expect(await readdir(folder)).toEqual([]);
});

test("the lock of a running process holds", async () => {
  await writeFile(lockFile(), `1 ${await processIdentity(1)} another\n`);
  await expect(lockFolder(folder)).rejects.toMatchObject({ kind: "in_use" });
});

test("a lock whose process ended is taken over, also when another process has its number now", async () => {
  const ended = 2 ** 22 + 1;
  const leftovers = [
    `${ended} boot:1 x\n`,
    "1 an-earlier-boot:1 x\n",
    `${process.pid} an-earlier-boot:1 x\n`,
    "",
  ];
  for (const leftover of leftovers) {
    await writeFile(lockFile(), leftover);
    await (await lockFolder(folder))();
  }
});

test("of many takers of a stale lock one gets it", async () => {
  await writeFile(lockFile(), "1 an-earlier-boot:1 x\n");
  const takers = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(takers.filter((taker) => taker.status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["start.lock"]);
});

test("what a start that was killed while it cleared left behind holds nobody up for long", async () => {
  await writeFile(lockFile(), "1 an-earlier-boot:1 x\n");
  const guard = `${lockFile()}.clearing`;
  await mkdir(guard);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(guard, longAgo, longAgo);
  await (await lockFolder(folder))();
  expect(await readdir(folder)).toEqual([]);
});

test("a folder is abandoned when it has a lock whose process ended, and only then", async () => {
  expect(await isAbandoned(folder)).toBe(false);
  const release = await lockFolder(folder);
  expect(await isAbandoned(folder)).toBe(false);
  await release();
  await writeFile(lockFile(), "1 an-earlier-boot:1 x\n");
  expect(await isAbandoned(folder)).toBe(true);
});

test("giving back a lock that somebody took over leaves theirs alone", async () => {
  const release = await lockFolder(folder);
  await writeFile(lockFile(), "1 somebody else\n");
  await release();
  expect(await readdir(folder)).toEqual(["start.lock"]);
});
