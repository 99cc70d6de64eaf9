import { type Nanos, nanos, negate } from "@ratebook/core";

/** Something that can be compared, or says why not: a logged call, or a model's day in an export. */
export type AuditEntry = {
  offering: string;
  /** Calls or rows it is about. */
  count: number;
  /** What the log or document says it cost; null where it says nothing. */
  logged: Nanos | null;
  /** What its usage costs by the catalogue; null where there is no usage, or no price for it. */
  list: Nanos | null;
  /** Why there is no price for its usage. */
  unpriced: string | null;
};

/** One model: what the log says it cost, and what it costs by the catalogue. */
export type AuditedModel = {
  offering: string;
  calls: number;
  /** Those with both, of which the three amounts are. */
  compared: number;
  logged: Nanos;
  list: Nanos;
  /** `logged` − `list`: above 0 the log has too much. */
  difference: Nanos;
  /** Those without a price at their time, what the log says they cost, and why there is none. */
  unpriced: number;
  unpricedLogged: Nanos;
  reasons: string[];
  /** Those with a price of which the log says no cost, and what they would cost. */
  unlogged: number;
  unloggedList: Nanos;
  /** Those billed without any usage told, and what was billed. */
  unexplained: number;
  unexplainedLogged: Nanos;
};

export type AuditTotals = Omit<AuditedModel, "offering" | "reasons">;

export type Audit = {
  /** The greatest differences first. */
  models: AuditedModel[];
  total: AuditTotals;
  records: number;
  skipped: { [reason: string]: number };
  /** The first few records that could not be read, and how many there are. */
  invalid: { count: number; examples: { place: string; message: string }[] };
};

/** Adds entries up by model. What has no price is counted beside the comparison, never as costing nothing. */
export function createTally() {
  const models = new Map<string, AuditedModel>();
  const audit: Omit<Audit, "models" | "total"> = {
    records: 0,
    skipped: {},
    invalid: { count: 0, examples: [] },
  };
  return {
    /** Counts a record; gives how many there were. */
    count: (): number => {
      audit.records += 1;
      return audit.records;
    },
    skip: (reason: string): void => {
      audit.skipped[reason] = (audit.skipped[reason] ?? 0) + 1;
    },
    refuse: (place: string, message: string): void => {
      audit.invalid.count += 1;
      if (audit.invalid.examples.length < MOST_EXAMPLES) audit.invalid.examples.push({ place, message });
    },
    add: (entry: AuditEntry): void => {
      const model = models.get(entry.offering) ?? { ...NOTHING, offering: entry.offering, reasons: [] };
      models.set(entry.offering, model);
      addTo(model, entry);
    },
    done: (): Audit => {
      const list = [...models.values()].sort(greatestFirst);
      const total = { ...NOTHING };
      for (const model of list) {
        for (const name of COUNTS) total[name] += model[name];
        for (const name of AMOUNTS) total[name] = nanos(total[name] + model[name]);
      }
      return { models: list, total, ...audit };
    },
  };
}

function addTo(model: AuditedModel, { count, logged, list, unpriced }: AuditEntry): void {
  model.calls += count;
  if (unpriced !== null) {
    model.unpriced += count;
    model.unpricedLogged = nanos(model.unpricedLogged + (logged ?? 0n));
    if (!model.reasons.includes(unpriced)) model.reasons.push(unpriced);
  } else if (logged !== null && list !== null) {
    model.compared += count;
    model.logged = nanos(model.logged + logged);
    model.list = nanos(model.list + list);
    model.difference = nanos(model.difference + logged - list);
  } else if (list !== null) {
    model.unlogged += count;
    model.unloggedList = nanos(model.unloggedList + list);
  } else {
    model.unexplained += count;
    model.unexplainedLogged = nanos(model.unexplainedLogged + (logged ?? 0n));
  }
}

function greatestFirst(a: AuditedModel, b: AuditedModel): number {
  const [x, y] = [size(a.difference), size(b.difference)];
  if (x !== y) return x < y ? 1 : -1;
  return b.calls - a.calls || (a.offering < b.offering ? -1 : 1);
}

const size = (amount: Nanos): Nanos => (amount < 0n ? negate(amount) : amount);

const COUNTS = ["calls", "compared", "unpriced", "unlogged", "unexplained"] as const;
const AMOUNTS = [
  "logged",
  "list",
  "difference",
  "unpricedLogged",
  "unloggedList",
  "unexplainedLogged",
] as const;
const ZERO = nanos(0n);
const NOTHING: AuditTotals = {
  calls: 0,
  compared: 0,
  logged: ZERO,
  list: ZERO,
  difference: ZERO,
  unpriced: 0,
  unpricedLogged: ZERO,
  unlogged: 0,
  unloggedList: ZERO,
  unexplained: 0,
  unexplainedLogged: ZERO,
};
const MOST_EXAMPLES = 10;
