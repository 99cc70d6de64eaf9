import { z } from "zod";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab } from "./lab.ts";
import { writePriceHistory } from "./price-history.ts";
import { startRestServer } from "./start-rest-server.ts";
import { percentile } from "./statistics.ts";

/** How long somebody who looks at prices waits. */
export const cataloguePage: Bench = {
  name: "catalogue-page",
  title: "GET /api/v1/pricing/models: pages of 50 of 10,000 offerings with 50 versions",
  run: measure,
};

async function measure(lab: Lab): Promise<Omit<Figure, "bench">[]> {
  const database = await lab.openDatabase("catalogue_page");
  const { offerings, versions } = await writePriceHistory(database.connect({ max: 2 }).sql, lab);
  const server = await startRestServer(database);
  try {
    const ask = async (query: Record<string, string>): Promise<{ ms: number; page: Page; bytes: number }> => {
      const start = performance.now();
      const url = new URL("/api/v1/pricing/models", server.url);
      url.search = new URLSearchParams({ limit: String(PAGE), ...query }).toString();
      const answer = await fetch(url);
      const text = await answer.text();
      const ms = performance.now() - start;
      if (answer.status !== 200)
        throw new Error(`a page was answered ${answer.status}: ${text.slice(0, 500)}`);
      return { ms, page: Page.parse(JSON.parse(text)), bytes: text.length };
    };
    const first = await ask({});
    if (first.page.total !== offerings || first.page.catalogueVersion !== versions)
      throw new Error(`the list has ${first.page.total} offerings in version ${first.page.catalogueVersion}`);

    const pagesMs: number[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < offerings / PAGE; page += 1) {
      const told = await ask(cursor === null ? {} : { cursor });
      if (told.page.models.length !== PAGE)
        throw new Error(`a page has ${told.page.models.length} offerings`);
      pagesMs.push(told.ms);
      cursor = told.page.nextCursor;
    }
    if (cursor !== null) throw new Error("the list goes on after its last page");

    const searchesMs: number[] = [];
    for (let number = 0; number < offerings; number += offerings / (lab.quick ? 10 : SEARCHES)) {
      const told = await ask({ search: `Ridge ${number}` });
      if (told.page.total === 0) throw new Error(`nothing was found for ${number}`);
      searchesMs.push(told.ms);
    }
    const figure = (what: string, measured: number, note: string) => ({
      what,
      measured,
      unit: "ms" as const,
      target: { atMost: 50 },
      note,
    });
    const list = `page of ${PAGE} of ${offerings.toLocaleString("en")} offerings, ${versions} versions`;
    const walked = `${pagesMs.length} pages one after the other by REST, ${threeDigits(first.bytes / 1024)} KB each; the first after the start took ${threeDigits(first.ms)} ms`;
    return [
      figure(`${list}, median`, percentile(pagesMs, 0.5), walked),
      figure(`${list}, p99`, percentile(pagesMs, 0.99), ""),
      figure(
        "searched page, median",
        percentile(searchesMs, 0.5),
        `${searchesMs.length} searches of two words`,
      ),
      figure("searched page, p99", percentile(searchesMs, 0.99), ""),
    ];
  } finally {
    await server.stop();
  }
}

/** What is checked of an answer. */
const Page = z.object({
  catalogueVersion: z.int(),
  total: z.int(),
  nextCursor: z.string().nullable(),
  models: z.array(z.object({ offering: z.string() })),
});
type Page = z.infer<typeof Page>;

const PAGE = 50;
const SEARCHES = 200;
