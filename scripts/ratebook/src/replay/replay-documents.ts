import type { ParsedSource } from "@ratebook/catalog";
import { offeringRateKey, type PriceDocument, statedRates } from "@ratebook/core";
import { allowanceFor, type SizedRate } from "./allowed-prices.ts";
import { activationsBetween, type Claims, isJump, readClaims } from "./claims.ts";
import type { Recording } from "./recordings.ts";
import {
  countFalseAlarms,
  type FalseAlarms,
  pricesOf,
  type Repricing,
  repricingsOf,
  type StatedPrices,
} from "./repricings.ts";
import type { ScratchCatalogue } from "./scratch-catalogue.ts";
import { emptyTally, type SourceTally } from "./source-tally.ts";

/** What became of one document. */
export type ReplayedDocument = {
  source: string;
  file: string;
  at: Date;
  wrongPage: boolean;
  outcome: "published" | "held" | "unchanged" | "failed";
  check: string | null;
  message: string | null;
  parsed: ParsedSource | null;
  /** Of a refused document: whether any row of the catalogue changed. */
  leftTraces: boolean;
  /** Offerings of the source's last document that this one does not have, and those of them no longer served. */
  vanished: string[];
  unserved: string[];
};

/** A price that became active more than double or less than half of the one before, and what let it through. */
export type Jump = {
  source: string;
  file: string;
  key: string;
  from: string;
  to: string;
  because: string | null;
};

export type ReplayedDocuments = {
  documents: ReplayedDocument[];
  tallies: SourceTally[];
  jumps: Jump[];
  falseAlarms: FalseAlarms;
};

/** Feeds recorded documents to a catalogue in the order of their dates and notes what became of each. */
export async function replayDocuments(
  catalogue: ScratchCatalogue,
  recordings: readonly Recording[],
  progress: (line: string) => void,
): Promise<ReplayedDocuments> {
  const documents: ReplayedDocument[] = [];
  const tallies = new Map<string, SourceTally>();
  const jumps: Jump[] = [];
  const versions = new Map<string, StatedPrices[]>();
  const last = new Map<string, PriceDocument>();
  for (const recording of recordings) {
    const { source, file, at, wrongPage } = recording;
    const tally = tallies.get(source) ?? emptyTally(source);
    tallies.set(source, tally);
    const rowsBefore = await countRows(catalogue);
    const before = await readClaims(catalogue.sql, source);
    const read = await catalogue.read(recording);
    const parsed = read.outcome === "failed" ? null : read.parsed;
    tally.documents += 1;
    if (read.outcome === "failed") tally.failed += 1;
    const after = await readClaims(catalogue.sql, source);
    await countChanges(catalogue, tally, { before, after, runId: read.runId });
    await approveAllowed(catalogue);
    jumps.push(...(await jumpsOf(catalogue, recording, before)));
    const vanished = parsed === null ? [] : missingOf(last.get(source), parsed.document);
    documents.push({
      source,
      file,
      at,
      wrongPage,
      outcome: read.outcome,
      check: read.outcome === "failed" ? read.check : null,
      message: read.outcome === "failed" ? read.message : null,
      parsed,
      leftTraces: read.outcome === "failed" && (await countRows(catalogue)) !== rowsBefore,
      vanished,
      unserved: await unservedOf(catalogue, vanished, at),
    });
    if (parsed !== null) {
      tally.offerings = parsed.document.offerings.length;
      tally.rowsSetAside += parsed.refused.length;
      last.set(source, parsed.document);
      versions.set(source, [...(versions.get(source) ?? []), pricesOf(parsed.document, at)]);
    }
    progress(`${file} as ${source}: ${read.outcome}${read.outcome === "failed" ? ` (${read.check})` : ""}`);
  }
  for (const tally of tallies.values()) await countDecided(catalogue, tally);
  return {
    documents,
    tallies: [...tallies.values()],
    jumps,
    falseAlarms: await falseAlarmsOf(catalogue, versions),
  };
}

async function countChanges(
  { sql }: ScratchCatalogue,
  tally: SourceTally,
  { before, after, runId }: { before: Claims; after: Claims; runId: string },
): Promise<void> {
  const activated = activationsBetween(before, after).length;
  const stopped = { hold: 0, quarantine: 0, refuse: 0 };
  const rows = await sql<{ action: keyof typeof stopped; count: number }[]>`
    select action, count(*)::int as count from ratebook.proposal where run_id = ${runId} group by action`;
  for (const { action, count } of rows) stopped[action] = count;
  tally.activated += activated;
  tally.held += stopped.hold;
  tally.quarantined += stopped.quarantine;
  tally.refused += stopped.refuse;
  tally.changes += activated + stopped.hold + stopped.quarantine + stopped.refuse;
}

/** Every recorded mistake above the bounds stays stopped; what is on the list an operator would have let through. */
async function approveAllowed({ sql, approve }: ScratchCatalogue): Promise<void> {
  const held = await sql<(SizedRate & { id: string })[]>`
    select id, offering, meter, trim_scale(new_usd)::text as usd, new_per as per from ratebook.proposal
    where state = 'held' and rule in ('birth_bound', 'birth_unit') and new_usd is not null`;
  for (const { id, ...rate } of held) {
    const reason = allowanceFor(rate);
    if (reason !== null) await approve(id, reason);
  }
}

async function jumpsOf(
  { sql }: ScratchCatalogue,
  { source, file }: Recording,
  before: Claims,
): Promise<Jump[]> {
  const jumped = activationsBetween(before, await readClaims(sql, source)).filter(isJump);
  const jumps: Jump[] = [];
  for (const { key, before: old, after: next } of jumped) {
    if (old === null || next === null) continue;
    const [decided] = await sql<{ state: string; witness: string | null; reason: string | null }[]>`
      select state, witness, decision_reason as reason from ratebook.proposal
      where source = ${source} and offering || ' ' || meter || ' ' || condition_key = ${key}
        and state in ('released', 'approved') and new_usd * ${next.per} = ${next.usd}::numeric * new_per
      order by decided_at desc limit 1`;
    const because = decided === undefined ? null : (decided.witness ?? decided.reason ?? decided.state);
    const text = (price: SizedRate) => `$${price.usd} for ${price.per}`;
    jumps.push({ source, file, key, from: text(old), to: text(next), because });
  }
  return jumps;
}

function missingOf(before: PriceDocument | undefined, after: PriceDocument): string[] {
  const present = new Set(after.offerings.map(({ provider, model }) => `${provider}/${model}`));
  return (before?.offerings ?? [])
    .map(({ provider, model }) => `${provider}/${model}`)
    .filter((offering) => !present.has(offering));
}

/** Offerings of which the catalogue that quotes and debits are priced from knows no rate at that instant. */
async function unservedOf(
  { sql, catalogue }: ScratchCatalogue,
  offerings: readonly string[],
  at: Date,
): Promise<string[]> {
  const unserved: string[] = [];
  for (const offering of offerings) {
    const priced = await catalogue.at(offering, at);
    if (priced !== null && priced.offering.rates.length > 0) continue;
    // An offering all of whose prices were stopped from the first was never served.
    const [ever] = await sql`select 1 from ratebook.rate where offering = ${offering} limit 1`;
    if (ever !== undefined) unserved.push(offering);
  }
  return unserved;
}

async function countDecided({ sql }: ScratchCatalogue, tally: SourceTally): Promise<void> {
  const [row] = await sql<{ released: number; approved: number }[]>`
    select count(*) filter (where state = 'released')::int as released,
      count(*) filter (where state = 'approved')::int as approved
    from ratebook.proposal where source = ${tally.source}`;
  tally.released = row?.released ?? 0;
  tally.approved = row?.approved ?? 0;
}

/** Rows of every table a document may add to, and the newest version, in one comparable text. */
async function countRows({ sql }: ScratchCatalogue): Promise<string> {
  const [row] = await sql<{ counts: string }[]>`
    select concat_ws(' ',
      (select count(*) || ' ' || count(closed_version) from ratebook.rate),
      (select count(*) || ' ' || coalesce(sum(missing_syncs), 0) from ratebook.claim),
      (select count(*) || ' ' || count(decided_at) from ratebook.proposal),
      (select count(*) from ratebook.offering), (select max(version) from ratebook.catalogue_version)) as counts`;
  return row?.counts ?? "";
}

async function falseAlarmsOf(
  { sql }: ScratchCatalogue,
  versions: ReadonlyMap<string, readonly StatedPrices[]>,
): Promise<FalseAlarms> {
  const all: (Repricing & { ordinary: boolean; state: string | undefined })[] = [];
  for (const [source, stated] of versions) {
    const stopped = await stoppedAt(sql, source);
    for (const repricing of repricingsOf(stated))
      all.push({ ...repricing, state: stopped.get(proposalKey(repricing)) });
  }
  const states = new Map<Repricing, string | undefined>(all.map((each) => [each, each.state]));
  return countFalseAlarms(
    all,
    (each) => states.get(each) !== undefined,
    (each) => states.get(each) === "released",
  );
}

async function stoppedAt(sql: ScratchCatalogue["sql"], source: string): Promise<Map<string, string>> {
  const rows = await sql<{ offering: string; meter: string; usd: string; at: Date; state: string }[]>`
    select offering, meter, trim_scale(new_usd)::text as usd, created_at as at, state from ratebook.proposal
    where source = ${source} and new_usd is not null and change = 'changed'`;
  return new Map(
    rows.map(({ state, at, ...rate }) => [
      `${at.getTime()} ${rate.offering} ${rate.meter} ${rate.usd}`,
      state,
    ]),
  );
}

const proposalKey = ({ at, after }: Repricing): string =>
  `${at.getTime()} ${after.offering} ${after.meter} ${after.usd}`;

/** The price points a document states, as the guard names them. */
export const pointsOf = (document: PriceDocument): Map<string, SizedRate> =>
  new Map(statedRates(document).map((rate) => [offeringRateKey(rate), rate]));
