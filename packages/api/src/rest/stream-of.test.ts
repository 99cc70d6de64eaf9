import { expect, test } from "vitest";
import { streamOf } from "./stream-of.ts";

test("a stream is made no faster than it is read, and its maker is ended with it", async () => {
  let [made, ended] = [0, false];
  async function* chunks() {
    try {
      for (;;) yield `${++made}`;
    } finally {
      ended = true;
    }
  }
  const reader = streamOf(chunks()).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("1");
  await new Promise(setImmediate);
  // The one that was read, and the one that waits.
  expect(made).toBe(2);
  await reader.cancel();
  expect(ended).toBe(true);
});

test("a maker that fails breaks the stream off", async () => {
  async function* chunks() {
    yield "a";
    throw new Error("does not foot");
  }
  await expect(new Response(streamOf(chunks())).text()).rejects.toThrow("does not foot");
});
