import { type Actor, createCustomer, createKey, ensurePolicy } from "@ratebook/billing";
import {
  composeBilling,
  createAuth,
  createLog,
  createPerson,
  readEnv,
  type ServerConfig,
} from "@ratebook/server";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab, LabDatabase } from "./lab.ts";
import { type Download, readDownload } from "./read-download.ts";
import { okOf } from "./rest-customer.ts";
import { type RestServer, serverEnv, startRestServer } from "./start-rest-server.ts";
import { percentile } from "./statistics.ts";
import { type UsageHistory, writeUsageHistory } from "./usage-history.ts";

/** How long somebody who looks at usage waits, and what a download of all of it takes. */
export const usage: Bench = {
  name: "usage",
  title: "A month by model, and downloads, of 10 M events and their rollups (takes about 15 minutes)",
  optIn: true,
  run: measure,
};

async function measure(lab: Lab): Promise<Omit<Figure, "bench">[]> {
  const database = await lab.openDatabase("usage");
  const { key, history } = await prepare(database, lab);
  const server = await startRestServer(database);
  try {
    const customer = { authorization: `Bearer ${key}` };
    const operator = { cookie: await signIn(server) };
    const of = `of ${history.events.toLocaleString("en")} events`;
    const all = `${(history.events + history.othersEvents).toLocaleString("en")} of ${history.others + 1} customers`;
    const explore = (headers: Record<string, string>, more: Record<string, string> = {}) =>
      answersMs(server, headers, history, lab.quick ? 3 : ANSWERS, more);
    const figures: Omit<Figure, "bench">[] = [
      answered(`a month by model, a customer ${of}`, await explore(customer), TARGET),
      answered(`a month by model, everybody's ${all}`, await explore(operator), TARGET),
      answered("a month by agent, the customer", await explore(customer, { groupBy: "agent" }), TARGET),
      answered("a month by model in a zone half a day from UTC", await explore(customer, ZONE), TARGET),
    ];
    const download = (format: string, days: number) => {
      lab.progress(`usage: downloading ${days} days as ${format}`);
      const address = new URL("/api/analytics/export", server.url);
      address.search = new URLSearchParams({ format, type: "events", ...daysOf(history, days) }).toString();
      return readDownload(address, customer, server.pid);
    };
    const tenth = await download("csv", history.days / 10);
    for (const format of ["csv", "json"]) {
      figures.push(...downloaded(format, await download(format, history.days), tenth, history));
    }
    return figures;
  } finally {
    await server.stop();
  }
}

/** A customer with a key and usage, an operator, and the others. */
async function prepare(database: LabDatabase, lab: Lab): Promise<{ key: string; history: UsageHistory }> {
  const config = readEnv(serverEnv(database));
  if (!config.ok) throw new Error(config.error.join(" "));
  const { ctx, close } = await composeBilling(config.value, {
    log: createLog("silent"),
    publicUrl: "http://127.0.0.1",
    jobs: { enqueue: async () => true, enqueueWithin: async () => {} },
  });
  try {
    await ensurePolicy(ctx);
    const { id: account } = okOf(await createCustomer(ctx, OPERATOR, { name: "Bench" }));
    await ctx.sql`update ratebook.customer set time_zone = ${FAR_ZONE} where id = ${account}`;
    const named = { kind: "customer", customer: account, name: "Bench", scopes: ["read"] } as const;
    const { key } = okOf(await createKey(ctx, OPERATOR, named));
    const auth = createAuth({ billing: ctx, secret: SECRET, allowedOrigins: [] });
    const person = { ...PERSON, name: "Bench", role: "operator" } as const;
    okOf(await createPerson({ auth, db: ctx.db }, person));
    const history = await writeUsageHistory(database, { account, ledger: ctx.ledger, lab });
    lab.progress(`usage: rolled in ${threeDigits(history.rolledSeconds)} s`);
    return { key, history };
  } finally {
    await close();
  }
}

/** The cookie of an operator's session. */
async function signIn(server: RestServer): Promise<string> {
  const answer = await fetch(new URL("/api/auth/sign-in/email", server.url), {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify(PERSON),
  });
  if (!answer.ok) throw new Error(`signing in was answered ${answer.status}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** How long answers take that the usage room asks for, from the question to the last byte. */
async function answersMs(
  server: RestServer,
  headers: Record<string, string>,
  history: UsageHistory,
  times: number,
  more: Record<string, string>,
): Promise<number[]> {
  const { startDate: from, endDate: to } = daysOf(history, 30);
  const input = { from, to, granularity: "day", groupBy: "model", limit: 100, ...more };
  const address = new URL("/trpc/analytics.explore", server.url);
  address.search = new URLSearchParams({ input: JSON.stringify({ json: input }) }).toString();
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const started = performance.now();
    const answer = await fetch(address, { headers });
    const text = await answer.text();
    took.push(performance.now() - started);
    if (answer.status !== 200) throw new Error(`usage was answered ${answer.status}: ${text.slice(0, 500)}`);
    if (!text.includes("model-") && !text.includes("agent-")) throw new Error("an answer shows no usage");
  }
  return took;
}

const answered = (what: string, tookMs: readonly number[], target: Figure["target"]) => ({
  what,
  measured: percentile(tookMs, 0.5),
  unit: "ms" as const,
  target,
  note: `the whole answer over HTTP with the month before; ${tookMs.length} times, the first ${threeDigits(tookMs[0] ?? 0)} ms, the slowest ${threeDigits(Math.max(...tookMs))} ms`,
});

/**
 * What a download of everything took, and how much more memory than one of a tenth; fails where it does not end with the
 * ledger's sum of every event.
 */
function downloaded(
  format: string,
  { seconds, bytes, lines, end, residentBytes }: Download,
  tenth: Download,
  { events, amount }: UsageHistory,
): Omit<Figure, "bench">[] {
  const dollars = `${amount / 1_000_000_000n}.${String(amount % 1_000_000_000n).padStart(9, "0")}`;
  if (!end.includes(dollars.replace(/\.?0+$/, ""))) throw new Error(`a download ends with ${end}`);
  if (lines < events) throw new Error(`a download has ${lines} lines`);
  const [most, before] = [Math.max(...residentBytes), Math.max(...tenth.residentBytes)];
  const grown = (most - before) / 2 ** 20;
  const name = `${events.toLocaleString("en")} events as ${format.toUpperCase()}`;
  const speed = `${Math.round(events / seconds).toLocaleString("en")} events a second, ${threeDigits(bytes / 2 ** 20)} MB`;
  return [
    { what: name, measured: seconds, unit: "s", target: null, note: `${speed}; foots to the ledger` },
    {
      what: `${name}, memory of the server beyond that with a tenth of them`,
      measured: Number.isFinite(grown) ? grown : null,
      unit: "MB",
      target: { atMost: 64 },
      note: Number.isFinite(grown)
        ? `${Math.round(most / 2 ** 20)} MB resident at the most`
        : "too short to tell, or this system does not tell the memory of other processes",
    },
  ];
}

/** The last days of the history, both ends included. */
const daysOf = ({ end }: UsageHistory, days: number) => ({
  startDate: dayOf(end.getTime() - days * DAY_MS),
  endDate: dayOf(end.getTime() - DAY_MS),
});
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const OPERATOR: Actor = { kind: "system", name: "bench" };
const PERSON = { email: "bench@example.com", password: "a bench keeps nothing worth a word" };
const SECRET: ServerConfig["secret"] = "a bench keeps nothing worth a secret";
/** Its midnights are as far from UTC's as any, so that the most hours change days. */
const FAR_ZONE = "Pacific/Auckland";
const ZONE = { zone: "organization" };
const TARGET = { atMost: 300 };
const ANSWERS = 20;
const DAY_MS = 86_400_000;
