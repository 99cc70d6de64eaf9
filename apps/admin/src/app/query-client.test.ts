import { MutationObserver, type MutationObserverOptions, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createQueryClient } from "./query-client.ts";

const KEY = ["settings"];

/** A server that holds a text, and a screen that shows it. */
async function screen() {
  const client = createQueryClient();
  const server = { text: "before", reads: 0, answers: Promise.resolve() };
  const shown = new QueryObserver(client, {
    queryKey: KEY,
    queryFn: async () => {
      server.reads += 1;
      await server.answers;
      return server.text;
    },
  });
  const leave = shown.subscribe(() => {});
  await shown.refetch({ cancelRefetch: false });
  return {
    client,
    server,
    text: () => client.getQueryData(KEY),
    /** Settles once the screen shows the text. */
    until: (text: string) =>
      new Promise<void>((resolve) => {
        shown.subscribe(({ data }) => data === text && resolve());
      }),
    mutate: (options: MutationObserverOptions) => new MutationObserver(client, options).mutate(),
    leave: () => {
      leave();
      client.clear();
    },
  };
}

describe("the query client", () => {
  let at: Awaited<ReturnType<typeof screen>>;

  beforeEach(async () => {
    at = await screen();
    expect(at.server.reads).toBe(1);
  });

  afterEach(() => at.leave());

  test("a mutation's own onSuccess runs once what is shown was read anew", async () => {
    const seen: unknown[] = [];
    await at.mutate({
      mutationFn: async () => {
        at.server.text = "after";
      },
      onSuccess: () => {
        seen.push(at.text());
      },
    });
    expect(seen).toEqual(["after"]);
    expect(at.server.reads).toBe(2);
  });

  test("a mutation succeeds although what is shown cannot be read", async () => {
    const seen: unknown[] = [];
    await at.mutate({
      mutationFn: async () => {
        // A refusal, which is not asked for again.
        at.server.answers = Promise.reject(Object.assign(new Error("gone"), { data: { httpStatus: 404 } }));
      },
      onSuccess: () => {
        seen.push(at.text());
      },
    });
    expect(seen).toEqual(["before"]);
  });

  test("what is not on the screen is read when it is shown next", async () => {
    at.client.setQueryData(["elsewhere"], "before");
    await at.mutate({ mutationFn: async () => {} });
    expect(at.client.getQueryState(["elsewhere"])?.isInvalidated).toBe(true);
  });

  test("a mutation that only reads refreshes nothing, whether it succeeds or fails", async () => {
    const meta = { reads: true } as const;
    await at.mutate({ mutationFn: async () => {}, meta });
    await expect(at.mutate({ mutationFn: () => Promise.reject(new Error("no")), meta })).rejects.toThrow(
      "no",
    );
    expect(at.server.reads).toBe(1);
    expect(at.client.getQueryState(KEY)?.isInvalidated).toBe(false);
  });

  test("a failed mutation says so at once, and what is shown is read anew", async () => {
    let answer = () => {};
    at.server.answers = new Promise((resolve) => {
      answer = resolve;
    });
    const seen: unknown[] = [];
    const failed = at.mutate({
      mutationFn: () => {
        at.server.text = "decided by somebody else";
        return Promise.reject(new Error("too late"));
      },
      onError: () => {
        seen.push(at.text());
      },
    });
    await expect(failed).rejects.toThrow("too late");
    expect(seen).toEqual(["before"]);
    expect(at.server.reads).toBe(2);
    const shown = at.until("decided by somebody else");
    answer();
    await shown;
  });
});
