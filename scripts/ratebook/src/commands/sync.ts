import { appRouter } from "@ratebook/api";
import type { AppRouter } from "@ratebook/api/client";
import { findSource, type PriceSource, type ReadFrom, SOURCES } from "@ratebook/catalog";
import { safeFetch } from "@ratebook/catalog/fetch";
import { readSourceSettings, type SyncResult, syncOnce } from "@ratebook/worker";
import { createTRPCClient, unstable_localLink } from "@trpc/client";
import { Command } from "commander";
import superjson from "superjson";
import { type OpenBilling, openBilling } from "../open-billing.ts";
import { readNamedFile } from "../read-file.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

/** `ratebook sync --source ID [--from FILE]`: read a source now, through the same guard as the worker. */
export function syncCommand(): Command {
  return new Command("sync")
    .description("Read a price source now, through the same guard as the worker, and say what became of it.")
    .requiredOption("--source <id>", `one of ${SOURCES.map(({ id }) => id).join(", ")}`)
    .option("--from <file>", "read a recorded document instead of the source's own address")
    .option("--json", "print what became of it as JSON")
    .action(async ({ source: id, from, json = false }: { source: string; from?: string; json?: boolean }) => {
      const source = findSource(id);
      if (source === null) {
        throw new CannotDo(
          `There is no source ${id}; known ones are ${SOURCES.map((it) => it.id).join(", ")}.`,
        );
      }
      const report = createReport(json);
      const readFrom = await whereFrom(source, from);
      const billing = await openBilling(report);
      try {
        report.progress(`Reading ${source.title}${from === undefined ? "" : ` from ${from}`}.`);
        const result = await syncOnce({
          client: localClient(billing),
          source,
          slot: billing.ctx.clock(),
          trigger: "command",
          worker: "command line",
          from: readFrom,
        });
        if (result.outcome === "failed") {
          throw new CannotDo(
            `${source.title} was not used (${result.check}): ${result.message} No price changed.`,
          );
        }
        report.result(sentence(source, result), { source: source.id, ...result });
      } finally {
        await billing.close();
      }
    });
}

async function whereFrom(source: PriceSource, file: string | undefined): Promise<ReadFrom> {
  if (file !== undefined) {
    const body = await readNamedFile(file);
    return { from: "recording", body, url: source.defaultUrl ?? source.homepage, fetchedAt: new Date() };
  }
  const settings = readSourceSettings(process.env, SOURCES);
  if (!settings.ok) throw new CannotDo(`${settings.error.name} ${settings.error.message}.`);
  const url = settings.value.urls.get(source.id);
  return {
    from: "origin",
    fetch: safeFetch,
    ...(url !== undefined && { url }),
    options: {
      allowLoopback: settings.value.allowLoopback,
      headers: settings.value.headers.get(source.id) ?? {},
    },
  };
}

/** The typed client of a worker, without a network between. */
const localClient = ({ ctx }: OpenBilling) =>
  createTRPCClient<AppRouter>({
    links: [
      unstable_localLink({
        router: appRouter,
        transformer: superjson,
        createContext: async () => ({
          billing: ctx,
          actor: { kind: "system", name: "command line" },
          requestId: "command",
        }),
      }),
    ],
  });

function sentence(source: PriceSource, result: Exclude<SyncResult, { outcome: "failed" }>): string {
  if (result.outcome === "skipped") return `${source.title} is being read by another process.`;
  if (result.outcome === "unchanged") return `${source.title} says nothing new; no rate row was written.`;
  const counts = Object.entries(result.counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");
  return result.version === null
    ? `${source.title} published nothing; its changes are held as proposals (${counts}).`
    : `${source.title} published catalogue version ${result.version} (${counts}).`;
}
