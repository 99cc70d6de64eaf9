import { z } from "zod";

/** What a refreshing process is given: a database, and a folder with a document `<source>.json` of each source. */
export const RefreshJob = z.strictObject({
  url: z.string(),
  folder: z.string(),
  sources: z.array(z.string()),
});
export type RefreshJob = z.infer<typeof RefreshJob>;

const Refresh = z.strictObject({
  /** From the first document to the last version. */
  seconds: z.number(),
  sources: z.array(
    z.strictObject({
      source: z.string(),
      seconds: z.number(),
      readMs: z.number(),
      submitMs: z.number(),
      nodeMs: z.number(),
      offerings: z.number(),
    }),
  ),
});

/** What it measured: both refreshes, and the memory it had resident before and at most. */
export const Refreshed = z.strictObject({
  first: Refresh,
  again: Refresh,
  /** Rows that the second wrote; see `countRows`. */
  rowsAgain: z.int(),
  idleBytes: z.number(),
  peakBytes: z.number(),
});
export type Refreshed = z.infer<typeof Refreshed>;
