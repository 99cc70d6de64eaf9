import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import {
  announceSources,
  type Ctx,
  claimRun,
  failRun,
  type RunFailure,
  type SubmissionOutcome,
  submitDocument,
} from "@ratebook/billing";
import { type DocumentDraft, documentOf, WORKER } from "@ratebook/billing/testing";
import { must, type Result } from "@ratebook/core";

/** Sources of a test, submitting to a running server as its worker would. */
export type PriceSources = {
  /** Reads a source: its document is judged and published. */
  submit: (source: string, draft: DocumentDraft) => Promise<SubmissionOutcome>;
  /** A reading that failed. */
  fail: (source: string, failure: RunFailure) => Promise<{ runId: string }>;
};

/** Announces the price pages of two makers, "acme" and "bolt", that a test then speaks for. */
export async function priceSources(ctx: Ctx): Promise<PriceSources> {
  given(
    await announceSources(ctx, WORKER, {
      sources: ["acme", "bolt"].map((source) => ({
        source,
        title: `${source === "acme" ? "Acme" : "Bolt"} prices`,
        homepage: `https://${source}.example`,
        schedule: "0 */6 * * *",
        freshnessHours: 24,
      })),
    }),
  );
  let slots = 0;
  const claim = async (source: string): Promise<string> => {
    slots += 1;
    // A minute for each reading, all of them past.
    const slot = new Date(ctx.clock().getTime() - 3_600_000 + slots * 60_000);
    const claimed = await claimRun(ctx, WORKER, {
      source,
      slot,
      trigger: "schedule",
      worker: "worker of a test",
    });
    return must(given(claimed), "every slot of a test is its own").runId;
  };
  return {
    submit: async (source, draft) => {
      const document = documentOf(source, draft);
      const body = Buffer.from(JSON.stringify(document));
      const submitted = await submitDocument(ctx, WORKER, {
        runId: await claim(source),
        document,
        alerts: [],
        refused: [],
        snapshot: {
          url: `https://${source}.example/prices.json`,
          fetchedAt: ctx.clock(),
          etag: null,
          lastModified: null,
          contentType: "application/json",
          httpStatus: 200,
          bodyGzip: gzipSync(body),
          sha256: createHash("sha256").update(body).digest("hex"),
        },
      });
      return given(submitted);
    },
    fail: async (source, failure) => {
      const runId = await claim(source);
      given(await failRun(ctx, WORKER, { runId, failure }));
      return { runId };
    },
  };
}

function given<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
