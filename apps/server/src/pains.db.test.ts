import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as enduring from "./testing/pains/enduring.ts";
import * as guarding from "./testing/pains/guarding.ts";
import * as metering from "./testing/pains/metering.ts";
import * as moneyIn from "./testing/pains/money-in.ts";
import { openPainSystem, type PainSystem, type Proof } from "./testing/pains/pain-system.ts";
import * as showing from "./testing/pains/showing.ts";
import * as spending from "./testing/pains/spending.ts";
import * as toppingUp from "./testing/pains/topping-up.ts";

let system: PainSystem;
beforeAll(async () => {
  system = await openPainSystem();
});
afterAll(() => system?.close());

/**
 * What users of other systems of this kind complain about: a number, the pain, and the proof that it cannot happen here.
 * Issues in names are of public trackers.
 */
const pains: [number, string, Proof][] = [
  [
    1,
    "concurrent overspend (new-api#5690, #6609): of 200 parallel debits on credits for 100, exactly 100 pass",
    spending.overspentByDebits,
  ],
  [
    1,
    "concurrent overspend by holds: of 50 parallel holds on credits for 10, exactly 10 stand",
    spending.overspentByHolds,
  ],
  [
    2,
    "duplicate debit on retry (eliza#8273, ComfyUI#16204): one key, 20 attempts at once, one debit",
    spending.debitedTwiceOnRetry,
  ],
  [2, "a retry after a price change is a replay at the first price", spending.repricedOnRetry],
  [
    2,
    "a key reused after its debit was given back gives no free work (trycompai#3401)",
    spending.freeWorkAfterReversal,
  ],
  [
    3,
    "duplicate money-in: a purchase's events, in any order and number, and every look at it, credit it once",
    moneyIn.creditedTwice,
  ],
  [
    3,
    "duplicate money-in by subscription: checkout, payment and invoice.paid of one period are one grant",
    moneyIn.creditedTwiceByInvoice,
  ],
  [
    4,
    "auto top-up storms (lago-api#6103, #6177, #1962): whoever looks, across a clock's boundary, one fall is one charge that closes the gap",
    toppingUp.topUpStorm,
  ],
  [
    4,
    "a declining card (akash, codex#31987): three tries in two days, then it waits for another card; what was switched off stays off",
    toppingUp.decliningCard,
  ],
  [
    5,
    "auto top-up that never fires (Helicone#5533): an empty wallet, twenty at once, and a lost job are all refilled",
    toppingUp.topUpNeverFires,
  ],
  [
    6,
    "payment state lies (autumn#3382, eliza#10920): processing is not paid, failed credits nothing, a lost dispute is taken back",
    moneyIn.paymentStateLies,
  ],
  [
    6,
    "a bank that asks its customer first: credits come when they answered, not when the card was asked",
    toppingUp.bankAsksFirst,
  ],
  [
    7,
    "streaming aborts (new-api#5235, #5288, eliza#9904): each ending costs what the policy says, once, and a receipt says so",
    spending.streamEndings,
  ],
  [
    7,
    "a call nobody settles frees its hold by itself, and a late settle is billed (litellm#36008)",
    spending.unsettledHold,
  ],
  [8, "overage at settle: what exceeds the hold is visible debt, never swallowed", spending.overageSwallowed],
  [
    9,
    "cached tokens billed twice or free (litellm#9812, #14849, new-api#5756): OpenAI's input includes them, Anthropic's does not",
    metering.cachedTokensTwice,
  ],
  [9, "negative pools (new-api#5005): more cached than read is refused by name", metering.negativePools],
  [
    10,
    "zero price by accident (litellm#20228, #36914, new-api#5441): an unpriced pool is refused or parked, then rated once",
    metering.unpricedPool,
  ],
  [10, "a price of 0 cannot be published without saying that it is free", metering.unsaidZero],
  [
    11,
    "unit mistakes (litellm#20615): a price a token for a price a million is quarantined, and the last good price is charged",
    guarding.wrongUnit,
  ],
  [
    11,
    "minutes for seconds (eliza#12044, #28716): a unit nobody knows and parts of what is whole are refused by name",
    guarding.unknownUnit,
  ],
  [
    12,
    "a partial scrape wipes the catalogue: a document cut short changes nothing, one missing model is sold on",
    guarding.partialScrape,
  ],
  [
    13,
    "stale prices (bike4mind#1297): the page and a mail say so, and debits keep the last good price",
    guarding.stalePrices,
  ],
  [
    13,
    "a new model on day 0 (latitude-llm#4297): its usage is kept and alarmed, never free",
    guarding.dayZeroModel,
  ],
  [
    14,
    "sub-cent rounding (lago-api#4633): 8 embedding tokens are not free, and a thousand tiny debits add up exactly",
    metering.subCentRounding,
  ],
  [
    15,
    "price shown is not price charged: page, quote and debit name one version and one price",
    showing.shownAndCharged,
  ],
  [
    15,
    "a quoted price holds for the debit that names it, whatever is published in between (bike4mind#1297)",
    showing.quotedAndCharged,
  ],
  [
    15,
    "ghost prices of containers: page, quota, list and the fee taken say the same, and what is not on sale is not deployed",
    showing.ghostPrices,
  ],
  [
    16,
    "where did my credits go: a container's bill has a receipt that recomputes, with the day and the seconds it ran",
    showing.unexplainedContainerBill,
  ],
  [
    16,
    "where did my credits go: the receipt recomputes, names the grants that paid, and the list foots to the balance",
    showing.unexplainedDebit,
  ],
  [
    17,
    "balance lag: a balance read after a debit or a hold has it in, with pending beside available",
    showing.laggingBalance,
  ],
  [
    17,
    "a stale balance: credits bought while a shutdown is announced are in the next answer, and no later bill writes over them",
    showing.staleBalance,
  ],
  [
    18,
    "lost increments under load: eight wallets of debits, refills and holds at once, in opposite orders, end at the exact sum",
    enduring.lostIncrements,
  ],
  [
    18,
    "a server killed under load: nothing it acknowledged is lost, and trying everything again at another doubles nothing",
    enduring.killedServer,
  ],
  [
    19,
    "silent zero: a refusal for money says in fields what is missing and where to add it",
    showing.wordlessRefusal,
  ],
  [
    19,
    "silent zero: whoever set nothing is told by mail before the end and at the end, once each, and how long credits last",
    showing.silentEnd,
  ],
  [
    20,
    "webhook forgery and reuse at another gateway (new-api#4353): no signature, no credit; a signed claim credits nothing by itself",
    moneyIn.forgedWebhook,
  ],
  [
    20,
    "refunds without a key (eliza#10846): the same refund asked for again gives the first one",
    moneyIn.refundedTwice,
  ],
];

describe("pains that end here", () => {
  test.each(pains)("%i: %s", async (_number, _pain, proof) => {
    await proof(system);
  });

  test("none of the twenty is left out", () => {
    expect([...new Set(pains.map(([number]) => number))]).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });
});
