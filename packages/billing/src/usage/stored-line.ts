import {
  type AppliedVolume,
  type Fraction,
  formatQuantity,
  type Nanos,
  nanos,
  type RatedLine,
  type RatedUsage,
  type SellPrice,
  type UsageLine,
} from "@ratebook/core";
import type { LineJson } from "../ledger/ledger-op.ts";

/** One line of a debit as programs and people see it. */
export type DebitLine = {
  /**
   * `usage`: a pool at its rate. `fee`: a markup rule's fee. `volume`: what a contract's tiers took off, negative.
   * `outcome`, `held`, `named`: how a hold was settled.
   */
  kind: "usage" | "fee" | "volume" | "outcome" | "held" | "named";
  /** Null where the line is not about a meter. */
  meter: string | null;
  quantity: string | null;
  rate: { usd: string; per: number } | null;
  /** List cost. */
  upstream: Nanos;
  /** Null where the sell price is not a percentage of list. */
  markupBps: number | null;
  amount: Nanos;
  rateId: string | null;
  /** The rule of the markup policy or contract that made the sell price, or the contract's discount. */
  rule: string | null;
  /** True where no rate of the offering's own was found and the provider's dearest was taken. */
  conservative: boolean;
};

/** What is stored of a usage line: enough to recompute its amount; the rate's own row says where the price came from. */
export type StoredUsageLine = {
  readonly kind: "usage";
  readonly meter: string;
  /** Where it differs from `meter`. */
  readonly ratedAs?: string;
  readonly quantity: string;
  /** Where it differs from `quantity`. */
  readonly billed?: string;
  readonly rateId: string;
  readonly usd: string;
  readonly per: number;
  readonly rule: string;
  readonly bps: number | null;
  readonly decidedBy: SellPrice["decidedBy"];
  /** Dollars for one unit: `numerator/denominator`. */
  readonly perUnit: string;
  readonly upstream: string;
  /** Where it differs from `upstream`. */
  readonly ownCost?: string;
  /** Ids of rates as specific as the one taken. */
  readonly ties?: readonly string[];
  readonly conservative?: true;
  readonly amount: string;
};

/** What is stored of a volume discount: where the month stood, which stretches fell into which tier, what it took off. */
export type StoredVolumeLine = {
  readonly kind: "volume";
  readonly discount: string;
  readonly by: "spend" | "units";
  /** First day of the UTC month it counts for. */
  readonly month: string;
  /** Nanos before the discount, or billionths of a unit. */
  readonly position: string;
  readonly volume: string;
  readonly gross: string;
  readonly room: string;
  readonly shares: readonly {
    readonly above: string;
    readonly discountBps: number;
    readonly volume: string;
  }[];
  readonly decidedBy: AppliedVolume["decidedBy"];
  /** Not above 0. */
  readonly amount: string;
};

/** A line as it stands in a usage event; amounts are integer nanos as text. */
export type StoredLine =
  | StoredUsageLine
  | StoredVolumeLine
  | { readonly kind: "fee"; readonly rule: string; readonly amount: string }
  | { readonly kind: "outcome"; readonly outcome: string; readonly policy: string; readonly amount: string }
  | { readonly kind: "held" | "named"; readonly outcome: string; readonly amount: string };

/** Lines of a rated event for its receipt. `conservative` marks prices borrowed from the provider's dearest rates. */
export function storedLines(rated: RatedUsage, conservative = false): StoredLine[] {
  return rated.lines.map((line) => storedLine(line, rated, conservative));
}

/** The line of a volume discount. */
export const storedVolume = (applied: AppliedVolume, month: string): StoredVolumeLine => ({
  kind: "volume",
  discount: applied.discount.id,
  by: applied.discount.by,
  month,
  position: applied.position.toString(),
  volume: applied.volume.toString(),
  gross: applied.gross.toString(),
  room: applied.room.toString(),
  shares: applied.shares.map((share) => ({ ...share, volume: share.volume.toString() })),
  decidedBy: applied.decidedBy,
  amount: (0n - applied.amount).toString(),
});

/** The line a program is answered with. */
export function debitLine(line: StoredLine): DebitLine {
  const amount = nanos(BigInt(line.amount));
  if (line.kind !== "usage") {
    const rule = line.kind === "fee" ? line.rule : line.kind === "volume" ? line.discount : null;
    return { ...NO_METER, kind: line.kind, amount, rule };
  }
  return {
    kind: "usage",
    meter: line.meter,
    quantity: line.quantity,
    rate: { usd: line.usd, per: line.per },
    upstream: nanos(BigInt(line.upstream)),
    markupBps: line.bps,
    amount,
    rateId: line.rateId,
    rule: line.rule,
    conservative: line.conservative === true,
  };
}

/** Reads lines back. Only `storedLines` and the settle policy write them, and stored lines never change. */
export const readLines = (lines: unknown): readonly StoredLine[] => lines as readonly StoredLine[];

/** Lines in the ledger's own type: a stored line is JSON with an amount. */
export const asLineJson = (lines: readonly StoredLine[]): readonly LineJson[] =>
  lines as readonly (StoredLine & LineJson)[];

function storedLine(line: RatedLine, rated: RatedUsage, conservative: boolean): StoredLine {
  if (line.kind === "fee") return { kind: "fee", rule: line.markup.rule.id, amount: line.amount.toString() };
  const { rate, sell, markup } = line;
  return {
    kind: "usage",
    meter: line.meter,
    ...(line.ratedAs !== line.meter && { ratedAs: line.ratedAs }),
    quantity: formatQuantity(line.quantity),
    ...(line.billedQuantity !== line.quantity && { billed: formatQuantity(line.billedQuantity) }),
    rateId: rate.rateId,
    usd: rate.usd,
    per: Number(rate.per),
    rule: markup.rule.id,
    bps: basisPoints(line, rated),
    decidedBy: sell.decidedBy,
    perUnit: fractionText(sell.perUnit),
    upstream: line.upstream.toString(),
    ...(line.ownCost !== line.upstream && { ownCost: line.ownCost.toString() }),
    ...(line.ties.length > 0 && { ties: line.ties.map(({ rateId }) => rateId) }),
    ...(conservative && { conservative: true }),
    amount: line.amount.toString(),
  };
}

function basisPoints({ sell, markup: { rule } }: UsageLine, { billing }: RatedUsage): number | null {
  if (sell.decidedBy === "free") return 0;
  if (billing === "byok") return rule.byok?.percentBps ?? Math.max(rule.percentBps ?? 0, 0);
  return sell.decidedBy === "percent" ? (rule.percentBps ?? null) : null;
}

const fractionText = ({ num, den }: Fraction): string => `${num}/${den}`;

const NO_METER = {
  meter: null,
  quantity: null,
  rate: null,
  upstream: nanos(0n),
  markupBps: null,
  rateId: null,
  conservative: false,
} as const;
