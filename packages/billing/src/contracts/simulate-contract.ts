import {
  err,
  must,
  type Nanos,
  ok,
  policyUnder,
  type Result,
  resolveMarkup,
  type Unrated,
} from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { meterUsage } from "../usage/meter-usage.ts";
import { type PricedUsage, priceUsage } from "../usage/price-draft.ts";
import type { ReceiptVolumeLine } from "../usage/receipt.ts";
import { volumeLine } from "../usage/receipt-volume.ts";
import { type DebitLine, debitLine } from "../usage/stored-line.ts";
import {
  type EventContext,
  type NamedOffering,
  offeringName,
  type ReportedUsage,
} from "../usage/usage-report.ts";
import type { ContractError } from "./contract-error.ts";
import { draftContract } from "./draft-contract.ts";
import { readTerms } from "./read-terms.ts";
import { openVolumeBook } from "./volume-book.ts";

export type SimulateContractInput = NamedOffering &
  ReportedUsage &
  Pick<EventContext, "dimensions"> & {
    customer: string;
    /** Draft terms; absent: the contract that holds now. */
    terms?: unknown;
  };

export type ContractSimulation = {
  offering: string;
  /** What this customer would pay now, and what everybody else does. */
  amount: Nanos;
  standard: Nanos;
  ownCost: Nanos | null;
  catalogueVersion: number | null;
  contract: string | null;
  lines: DebitLine[];
  /** For each meter the rule that wins, and why the ones asked before it do not. */
  rules: { meter: string; ruleId: string; passedOver: readonly { ruleId: string; because: string }[] }[];
  volume: ReceiptVolumeLine[];
};

/**
 * What a customer would pay for usage now, under the contract in force or draft terms, and why: the rule of each meter and
 * the tier of each discount, from where the month stands. Writes nothing; for operators.
 */
export async function simulateContract(
  ctx: Ctx,
  actor: Actor,
  input: SimulateContractInput,
): Promise<Result<ContractSimulation, ContractError | Unrated>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const terms = input.terms === undefined ? null : readTerms(input.terms);
  if (terms !== null && !terms.ok) return terms;
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const name = offeringName(input);
  if (name === null) return err({ kind: "validation_error", field: "offering", message: "is required" });
  const metered = meterUsage(ctx, input, name);
  if (!metered.ok) return metered;
  const at = ctx.clock();
  const contract =
    terms === null
      ? ctx.catalogue.contractAt(customerId, at)
      : await draftContract(ctx, customerId, terms.value);
  const usage = {
    offering: name,
    pools: metered.value,
    dimensions: input.dimensions ?? {},
    billing: "platform",
    at,
    pinned: null,
  } as const;
  const book = await openVolumeBook(ctx, [{ customerId, at }]);
  const priced = await priceUsage(ctx, { ...usage, customerId, contract, book });
  if (!priced.ok) return priced;
  const standard = await priceUsage(ctx, { ...usage, customerId: null });
  if (!standard.ok) return standard;
  const { lines, total, ownCost, catalogueVersion } = priced.value;
  return ok({
    offering: priced.value.offering ?? name,
    amount: total,
    standard: standard.value.total,
    ownCost,
    catalogueVersion,
    contract: terms === null ? (contract?.label ?? null) : null,
    lines: lines.map(debitLine),
    rules: rulesOf(ctx, priced.value, contract),
    volume: lines.flatMap((line) => {
      const discount = contract?.terms.discounts.find(
        ({ id }) => line.kind === "volume" && id === line.discount,
      );
      return line.kind === "volume" ? [volumeLine(line, must(discount, "a line of a discount has it"))] : [];
    }),
  });
}

function rulesOf(
  { catalogue }: Ctx,
  { offering, lines }: PricedUsage,
  contract: Awaited<ReturnType<typeof draftContract>> | null,
): ContractSimulation["rules"] {
  const info = offering === null ? null : catalogue.describe(offering);
  if (info === null) return [];
  const policy =
    contract === null ? catalogue.policy() : policyUnder(catalogue.policy(), contract.label, contract.terms);
  return lines.flatMap((line) => {
    if (line.kind !== "usage") return [];
    const meter = line.meter as Parameters<typeof resolveMarkup>[2];
    const { rule, passedOver } = resolveMarkup(policy, info, meter);
    return [{ meter: line.meter, ruleId: rule.id, passedOver }];
  });
}
