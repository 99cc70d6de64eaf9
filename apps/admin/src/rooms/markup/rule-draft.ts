import { err, MarkupRule, MODALITIES, ok, type Result } from "@ratebook/core";

/** A rule as it stands in a form: all text; "" is left out. */
export type RuleDraft = {
  id: string;
  provider: string;
  model: string;
  modality: string;
  meter: string;
  kind: "percent" | "price";
  /** Percent of the list price, signed: "20", "-2.5". */
  percent: string;
  priceUsd: string;
  pricePer: string;
  feePerRequest: string;
  floorUsd: string;
  floorPer: string;
  ceilingUsd: string;
  ceilingPer: string;
  allowLoss: boolean;
  byokPercent: string;
  byokFee: string;
};

/** A form for a new rule. */
export const EMPTY_DRAFT: RuleDraft = {
  id: "",
  provider: "",
  model: "",
  modality: "",
  meter: "",
  kind: "percent",
  percent: "20",
  priceUsd: "",
  pricePer: "",
  feePerRequest: "",
  floorUsd: "",
  floorPer: "",
  ceilingUsd: "",
  ceilingPer: "",
  allowLoss: false,
  byokPercent: "",
  byokFee: "",
};

/** A rule as a form shows it. */
export function draftOf(rule: MarkupRule): RuleDraft {
  const { id, match, percentBps, price, feePerRequest, floor, ceiling, allowLoss, byok } = rule;
  return {
    id,
    provider: match.provider ?? "",
    model: match.model ?? "",
    modality: match.modality ?? "",
    meter: match.meter ?? "",
    kind: price === undefined ? "percent" : "price",
    percent: percentBps === undefined ? "" : percentOf(percentBps),
    priceUsd: price?.usd ?? "",
    pricePer: price?.per.toString() ?? "",
    feePerRequest: feePerRequest ?? "",
    floorUsd: floor?.usd ?? "",
    floorPer: floor?.per.toString() ?? "",
    ceilingUsd: ceiling?.usd ?? "",
    ceilingPer: ceiling?.per.toString() ?? "",
    allowLoss: allowLoss === true,
    byokPercent: byok === undefined ? "" : percentOf(byok.percentBps),
    byokFee: byok?.feePerRequest ?? "",
  };
}

/** What is wrong with a form: a sentence for each field. */
export type DraftIssues = { [Field in keyof RuleDraft]?: string };

/** Reads a form as a rule, by the schema the server checks with. The error names each field that is wrong. */
export function readDraft(draft: RuleDraft): Result<MarkupRule, DraftIssues> {
  const percent = draft.kind === "percent" ? readPercent(draft.percent) : ok(undefined);
  const byok = draft.byokPercent === "" ? ok(undefined) : readPercent(draft.byokPercent);
  const issues: DraftIssues = {
    ...(!percent.ok && { percent: percent.error }),
    ...(!byok.ok && { byokPercent: byok.error }),
    ...(draft.byokPercent === "" &&
      draft.byokFee !== "" && { byokPercent: "Say the percentage too; 0 is one." }),
  };
  if (!percent.ok || !byok.ok || Object.keys(issues).length > 0) return err(issues);
  const modality = MODALITIES.find((it) => it === draft.modality);
  const read = MarkupRule.safeParse({
    id: draft.id,
    match: {
      ...(draft.provider !== "" && { provider: draft.provider }),
      ...(draft.model !== "" && { model: draft.model }),
      ...(modality !== undefined && { modality }),
      ...(draft.meter !== "" && { meter: draft.meter }),
    },
    ...(percent.value !== undefined && { percentBps: percent.value }),
    ...(draft.kind === "price" && { price: unitPrice(draft.priceUsd, draft.pricePer) }),
    ...(draft.feePerRequest !== "" && { feePerRequest: draft.feePerRequest }),
    ...(draft.floorUsd !== "" && { floor: unitPrice(draft.floorUsd, draft.floorPer) }),
    ...(draft.ceilingUsd !== "" && { ceiling: unitPrice(draft.ceilingUsd, draft.ceilingPer) }),
    ...(draft.allowLoss && { allowLoss: true }),
    ...(byok.value !== undefined && {
      byok: { percentBps: byok.value, ...(draft.byokFee !== "" && { feePerRequest: draft.byokFee }) },
    }),
  });
  if (read.success) return ok(read.data);
  for (const { path, message } of read.error.issues) {
    const field = FIELDS.get(path.join(".")) ?? FIELDS.get(path[0]?.toString() ?? "") ?? "id";
    issues[field] ??= `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  }
  return err(issues);
}

/** Basis points of a percentage of at most two places: "12.5" is 1250. Never computed as a float. */
export function readPercent(text: string): Result<number, string> {
  const match = /^([+-]|−)?(\d{1,6})(?:\.(\d{1,2}))?$/.exec(text.trim().replace(/\s*%$/, ""));
  if (match === null) return err("Write a percentage of at most two places, such as 20 or -2.5.");
  const [, sign = "", whole = "0", part = ""] = match;
  const size = Number(`${whole}${part.padEnd(2, "0")}`);
  return ok(sign === "-" || sign === "−" ? -size : size);
}

/** Basis points as a field shows them: 1250 is "12.5". */
export function percentOf(bps: number): string {
  const size = Math.abs(bps).toString().padStart(3, "0");
  const part = size.slice(-2).replace(/0+$/, "");
  return `${bps < 0 ? "-" : ""}${size.slice(0, -2)}${part === "" ? "" : `.${part}`}`;
}

/** As the schema wants it; what is no whole number fails there. */
const unitPrice = (usd: string, per: string) => ({
  usd,
  per: /^\d{1,10}$/.test(per) ? Number(per) : per,
});

const FIELDS: ReadonlyMap<string, keyof RuleDraft> = new Map([
  ["id", "id"],
  ["match.provider", "provider"],
  ["match.model", "model"],
  ["match.modality", "modality"],
  ["match.meter", "meter"],
  ["percentBps", "percent"],
  ["price", "priceUsd"],
  ["price.usd", "priceUsd"],
  ["price.per", "pricePer"],
  ["feePerRequest", "feePerRequest"],
  ["floor", "floorUsd"],
  ["floor.usd", "floorUsd"],
  ["floor.per", "floorPer"],
  ["ceiling", "ceilingUsd"],
  ["ceiling.usd", "ceilingUsd"],
  ["ceiling.per", "ceilingPer"],
  ["byok", "byokPercent"],
  ["byok.feePerRequest", "byokFee"],
]);
