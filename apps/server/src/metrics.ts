import type { Metrics } from "@ratebook/api";
import { type Ctx, readFreshness, readOverdue, readPriceAlarms, readUndelivered } from "@ratebook/billing";
import { Gauge } from "prom-client";

/** What other parts report to the metrics. */
export type MetricInputs = { booksVerified: (violations: number) => void };

/** Adds the ledger's and the catalogue's figures; they are read when Prometheus asks. */
export function registerMetrics(
  { registry }: Metrics,
  ctx: Pick<Ctx, "ledger" | "catalogue" | "sql" | "clock">,
): MetricInputs {
  const registers = [registry];
  const figure = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const { ledger, catalogue } = ctx;
  figure("ratebook_ledger_waiting", "Operations queued or being posted", () => ledger.stats().waiting);
  figure("ratebook_ledger_batches_total", "Batches posted since the start", () => ledger.stats().batches);
  figure(
    "ratebook_ledger_operations_total",
    "Operations posted since the start",
    () => ledger.stats().operations,
  );
  figure(
    "ratebook_ledger_overloaded_total",
    "Operations refused for a full queue",
    () => ledger.stats().overloaded,
  );
  figure(
    "ratebook_catalogue_version",
    "Catalogue version that prices events now",
    () => catalogue.current().catalogueVersion,
  );
  new Gauge({
    name: "ratebook_ledger_retries_total",
    help: "Batches posted again, by cause",
    labelNames: ["cause"],
    registers,
    collect() {
      for (const [cause, count] of Object.entries(ledger.stats().retries)) this.set({ cause }, count);
    },
  });
  new Gauge({
    name: "ratebook_catalogue_source_age_seconds",
    help: "Time since a source was last read and proved current",
    labelNames: ["source"],
    registers,
    async collect() {
      // A database that is down must not hide the figures that say so.
      const sources = await readFreshness(ctx).catch(() => []);
      this.reset();
      for (const { source, ageSeconds } of sources) if (ageSeconds !== null) this.set({ source }, ageSeconds);
    },
  });
  new Gauge({
    name: "ratebook_catalogue_source_stale",
    help: "1 where a source missed its freshness objective, else 0; one that nothing reads is not listed",
    labelNames: ["source"],
    registers,
    async collect() {
      const sources = await readFreshness(ctx).catch(() => []);
      this.reset();
      for (const { source, stale, schedule, checkedAt } of sources)
        if (schedule !== null || checkedAt !== null) this.set({ source }, stale ? 1 : 0);
    },
  });
  new Gauge({
    name: "ratebook_prices_in_use_alarms",
    help: "Offerings in use by what is wrong with their prices: stale, blocked by a held change, or parked without one",
    labelNames: ["alarm"],
    registers,
    async collect() {
      const alarms = await readPriceAlarms(ctx).catch(() => null);
      this.reset();
      if (alarms === null) return;
      this.set({ alarm: "stale" }, alarms.staleInUse.length);
      this.set({ alarm: "blocked" }, new Set(alarms.blockedInUse.map(({ offering }) => offering)).size);
      this.set({ alarm: "parked" }, alarms.parked.length);
    },
  });
  new Gauge({
    name: "ratebook_undelivered",
    help: "Mails and webhooks that were given up, and endpoints disabled because they failed",
    labelNames: ["what"],
    registers,
    async collect() {
      const given = await readUndelivered(ctx).catch(() => null);
      this.reset();
      for (const [what, count] of Object.entries(given ?? {})) this.set({ what }, count);
    },
  });
  new Gauge({
    name: "ratebook_platform_overdue",
    help: "Intents and deployments that the platform has left without an answer for more than half an hour",
    labelNames: ["what"],
    registers,
    async collect() {
      const overdue = await readOverdue(ctx).catch(() => null);
      this.reset();
      for (const [what, count] of Object.entries(overdue ?? {})) this.set({ what }, count);
    },
  });
  const violations = new Gauge({
    name: "ratebook_books_violations",
    help: "Places that broke an invariant of the ledger at the last nightly check",
    registers,
  });
  return { booksVerified: (count) => violations.set(count) };
}
