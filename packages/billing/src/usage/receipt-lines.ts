import {
  type Conditions,
  type MarkupRule,
  type Meter,
  type Modality,
  markupMismatch,
  must,
  type Nanos,
  nanos,
  type VolumeDiscount,
} from "@ratebook/core";
import type { ContractVersion } from "../contracts/contract-version.ts";
import type { ReceiptLine, ReceiptRate, ReceiptUsageLine } from "./receipt.ts";
import { ruleBecause } from "./receipt-because.ts";
import { volumeLine } from "./receipt-volume.ts";
import type { StoredLine, StoredUsageLine } from "./stored-line.ts";

/** What priced an event: the contract's rules and then the operator's, in the order they are asked. */
export type ReceiptRules = {
  inOrder: readonly MarkupRule[];
  discounts: ReadonlyMap<string, VolumeDiscount>;
  contract: ContractVersion | null;
};

/** What a line is explained by. */
type Evidence = {
  rates: ReadonlyMap<string, ReceiptRate>;
  rules: ReceiptRules;
  event: { offering: string | null; modality: Modality | null };
};

/** A stored line as its receipt shows it, with why it is what it is. */
export function receiptLine(line: StoredLine, { rates, rules, event }: Evidence): ReceiptLine {
  const amount = nanos(BigInt(line.amount));
  const ruleOf = (id: string) =>
    must(
      rules.inOrder.find((rule) => rule.id === id),
      `rule ${id} is in the version that priced the line`,
    );
  if (line.kind === "volume") {
    const discount = must(rules.discounts.get(line.discount), "a contract is never changed");
    return volumeLine(line, discount);
  }
  if (line.kind === "fee") return { kind: "fee", rule: ruleOf(line.rule), amount };
  if (line.kind !== "usage") return { ...line, amount };
  const rule = ruleOf(line.rule);
  const place = rules.inOrder.indexOf(rule);
  const markup = {
    rule,
    because: ruleBecause(line, rule, place === 0),
    passedOver: passedOver(rules, rule, line, event),
    notReached: rules.inOrder.slice(place + 1).map(({ id }) => id),
  };
  return usageLine(line, { amount, markup }, (id) => must(rates.get(id), `rate ${id} is never deleted`));
}

/** Why the rules before the one that priced a line did not. A borrowed price was another offering's. */
function passedOver(
  { inOrder }: ReceiptRules,
  rule: MarkupRule,
  line: StoredUsageLine,
  { offering, modality }: Evidence["event"],
): { ruleId: string; because: string }[] {
  if (offering === null || modality === null || line.conservative === true) return [];
  const slash = offering.indexOf("/");
  const named = { provider: offering.slice(0, slash), model: offering.slice(slash + 1), modality };
  return inOrder.slice(0, inOrder.indexOf(rule)).flatMap(({ id, match }) => {
    const because = markupMismatch(match, named, meterName(line.meter));
    return because === null ? [] : [{ ruleId: id, because }];
  });
}

function usageLine(
  line: StoredUsageLine,
  {
    amount,
    markup,
  }: {
    amount: Nanos;
    markup: Pick<ReceiptUsageLine["markup"], "rule" | "because" | "passedOver" | "notReached">;
  },
  rateOf: (id: string) => ReceiptRate,
): ReceiptLine {
  const rate = rateOf(line.rateId);
  const conservative = line.conservative === true;
  const matched: Conditions = conservative ? {} : rate.when;
  return {
    kind: "usage",
    meter: line.meter,
    ratedAs: line.ratedAs ?? line.meter,
    quantity: line.quantity,
    billedQuantity: line.billed ?? line.quantity,
    rate,
    conditionsMatched: matched,
    ties: (line.ties ?? []).map(rateOf),
    markup: { ...markup, decidedBy: line.decidedBy, bps: line.bps, sellPerUnit: line.perUnit },
    conservative,
    upstream: nanos(BigInt(line.upstream)),
    amount,
  };
}

/** True because only a meter's name is stored as one. */
const meterName = (name: string): Meter => name as Meter;
