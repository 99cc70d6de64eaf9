import { expect, test } from "vitest";
import { createLanes, type Lanes, type LanesOptions } from "./lane.ts";

/** One lane, unless told otherwise, over a stand-in for the database, and what became of it. */
function laneOver(
  post: LanesOptions<string, string>["post"],
  options: Partial<LanesOptions<string, string>> = {},
) {
  const batches: string[][] = [];
  const retries: string[] = [];
  const lane = createLanes<string, string>({
    post: (texts) => {
      batches.push([...texts]);
      return post(texts);
    },
    lanes: 1,
    batchMax: 256,
    besideMin: 2,
    conflictAttempts: 3,
    retryForMs: 100,
    answerWithinMs: 1000,
    onRetry: (cause) => retries.push(cause),
    onBatch: () => {},
    ...options,
  });
  return { lane, batches, retries };
}

const send = (lanes: Lanes<string, string>, text: string, key = text, lane = 0): Promise<string> =>
  new Promise((resolve, reject) => lanes.push({ key, lane, op: text, resolve, reject }));

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

test("enough that waits is posted before the callers of the batch before it are answered", async () => {
  const first = Promise.withResolvers<void>();
  const events: string[] = [];
  const { lane } = laneOver(async (texts) => {
    events.push(`posts ${texts.join(" ")}`);
    if (texts.includes("a")) await first.promise;
    return echo(texts);
  });
  const sent = ["a", "b", "c"].map(async (text) => {
    if (text !== "a") await Promise.resolve().then(() => Promise.resolve());
    events.push(await send(lane, text));
  });
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(events).toEqual(["posts a"]);
  first.resolve();
  await Promise.all(sent);
  expect(events).toEqual(["posts a", "posts b c", "a done", "b done", "c done"]);
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

test("lanes with few operations share a batch; with enough each they leave side by side", async () => {
  const { lane: lanes, batches } = laneOver(echo, { lanes: 2 });
  await Promise.all([send(lanes, "a"), send(lanes, "b", "b", 1), send(lanes, "c")]);
  await Promise.all([0, 1, 0, 1].map((lane, index) => send(lanes, `${index}`, `${index}`, lane)));
  expect(batches).toEqual([
    ["a", "b", "c"],
    ["0", "2"],
    ["1", "3"],
  ]);
});

test("a lane leaves beside another's batch as soon as it has enough, and not before", async () => {
  const first = Promise.withResolvers<void>();
  const { lane: lanes, batches } = laneOver(
    async (texts) => {
      if (texts.includes("slow")) await first.promise;
      return echo(texts);
    },
    { lanes: 2 },
  );
  const slow = send(lanes, "slow");
  await Promise.resolve();
  const more = [send(lanes, "b", "b", 1)];
  await Promise.resolve();
  expect(batches).toEqual([["slow"]]);
  more.push(send(lanes, "c", "c", 1));
  expect(await Promise.all(more)).toEqual(["b done", "c done"]);
  first.resolve();
  await slow;
  expect(batches).toEqual([["slow"], ["b", "c"]]);
});

test("full lanes never overtake a lone operation for good", async () => {
  const { lane: lanes, batches } = laneOver(echo, { lanes: 3, batchMax: 2 });
  const full = (round: number) => [0, 0, 1, 1].map((lane, at) => send(lanes, "x", `${round} ${at}`, lane));
  const before = full(0);
  const lone = send(lanes, "lone", "lone", 2);
  await Promise.all([...before, lone, ...[1, 2, 3, 4, 5].flatMap(full)]);
  expect(batches.findIndex((texts) => texts.includes("lone"))).toBe(2);
});
