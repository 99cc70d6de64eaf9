import { expect, test } from "vitest";
import { createLane, type Lane, type LaneOptions } from "./lane.ts";

/** A lane over a stand-in for the database, and what became of it. */
function laneOver(post: LaneOptions<string>["post"], options: Partial<LaneOptions<string>> = {}) {
  const batches: string[][] = [];
  const retries: string[] = [];
  const lane = createLane<string>({
    post: (texts) => {
      batches.push([...texts]);
      return post(texts);
    },
    batchMax: 256,
    conflictAttempts: 3,
    retryForMs: 100,
    answerWithinMs: 1000,
    onRetry: (cause) => retries.push(cause),
    onBatch: () => {},
    ...options,
  });
  return { lane, batches, retries };
}

const send = (lane: Lane<string>, text: string, key = text): Promise<string> =>
  new Promise((resolve, reject) => lane.push({ key, text, resolve, reject }));

const echo = (texts: readonly string[]) => Promise.resolve(texts.map((text) => `${text} done`));
const failure = (code: string) => Object.assign(new Error(code), { code });

test("operations of one moment leave together, and the next batch gathers while the first commits", async () => {
  const first = Promise.withResolvers<void>();
  let calls = 0;
  const { lane, batches } = laneOver(async (texts) => {
    calls += 1;
    if (calls === 1) await first.promise;
    return echo(texts);
  });
  const early = [send(lane, "a"), send(lane, "b")];
  await Promise.resolve();
  await Promise.resolve();
  const late = [send(lane, "c"), send(lane, "d")];
  expect(lane.size()).toBe(4);
  first.resolve();
  expect(await Promise.all([...early, ...late])).toEqual(["a done", "b done", "c done", "d done"]);
  expect(batches).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  await lane.idle();
  expect(lane.size()).toBe(0);
});

test("a batch carries at most its maximum", async () => {
  const { lane, batches } = laneOver(echo, { batchMax: 2 });
  await Promise.all(["a", "b", "c"].map((text) => send(lane, text)));
  expect(batches).toEqual([["a", "b"], ["c"]]);
});

test("two meanings of one operation never share a batch", async () => {
  const { lane, batches } = laneOver(echo);
  await Promise.all([send(lane, "one", "op"), send(lane, "other", "op"), send(lane, "next")]);
  expect(batches).toEqual([["one", "next"], ["other"]]);
});

test.each(["40001", "40P01", "23505", "RBCAS"])(
  "a batch that lost a conflict (%s) is posted again as a whole",
  async (code) => {
    let calls = 0;
    const { lane, batches, retries } = laneOver((texts) => {
      calls += 1;
      return calls === 1 ? Promise.reject(failure(code)) : echo(texts);
    });
    expect(await Promise.all([send(lane, "a"), send(lane, "b")])).toEqual(["a done", "b done"]);
    expect(batches).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(retries).toEqual([code]);
  },
);

test("a batch that keeps losing is split, so that one operation cannot stop the others", async () => {
  const { lane, retries } = laneOver((texts) =>
    texts.includes("bad") ? Promise.reject(failure("23505")) : echo(texts),
  );
  const outcomes = await Promise.all(["a", "b", "bad", "c"].map((text) => send(lane, text)));
  expect(outcomes).toEqual(["a done", "b done", "unavailable", "c done"]);
  expect(retries.filter((cause) => cause === "split")).toHaveLength(2);
});

test("a poisoned operation among 255 good ones fails alone, after at most 2 log2 n + 1 calls", async () => {
  const { lane, batches } = laneOver((texts) =>
    texts.includes("bad") ? Promise.reject(failure("22P05")) : echo(texts),
  );
  const texts = Array.from({ length: 256 }, (_, index) => (index === 100 ? "bad" : `good ${index}`));
  const settled = await Promise.allSettled(texts.map((text) => send(lane, text)));
  expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(1);
  expect(settled[100]?.status).toBe("rejected");
  expect(batches).toHaveLength(17);
});

test("a lost connection is tried again with the same operations", async () => {
  let calls = 0;
  const { lane, batches, retries } = laneOver((texts) => {
    calls += 1;
    return calls === 1 ? Promise.reject(failure("CONNECTION_CLOSED")) : echo(texts);
  });
  expect(await send(lane, "a")).toBe("a done");
  expect(batches).toEqual([["a"], ["a"]]);
  expect(retries).toEqual(["CONNECTION_CLOSED"]);
});

test("a database that stays down is told, and the lane serves on when it is back", async () => {
  let down = true;
  const { lane } = laneOver((texts) => (down ? Promise.reject(failure("ECONNREFUSED")) : echo(texts)), {
    retryForMs: 0,
  });
  expect(await send(lane, "a")).toBe("unavailable");
  down = false;
  expect(await send(lane, "b")).toBe("b done");
});

test("a cancelled statement, a lock timeout or a full disk is told without trying again", async () => {
  for (const code of ["57014", "55P03", "53100", "25006"]) {
    const { lane, batches } = laneOver(() => Promise.reject(failure(code)));
    expect(await send(lane, "a")).toBe("unavailable");
    expect(batches).toHaveLength(1);
  }
});

test("a batch that is never answered does not hang its callers", async () => {
  const { lane, retries } = laneOver(() => new Promise(() => {}), { answerWithinMs: 5 });
  expect(await send(lane, "a")).toBe("unavailable");
  expect(retries).toEqual(["no_answer"]);
});
