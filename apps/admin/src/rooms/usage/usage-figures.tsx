import { Figure, Figures } from "../../app/figure.tsx";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { NOT_PRICED } from "../../money/not-priced.ts";
import { callsText } from "./calls-text.ts";
import { changeText } from "./change-text.ts";
import { isUnpriced, SpendAmount } from "./spend-amount.tsx";
import type { Explored } from "./usage-room.tsx";

/** The interval in figures, beside the one before. */
export function UsageFigures({ data: { totals, previous } }: { data: Explored }) {
  const { costs } = totals;
  const unpriced = isUnpriced(totals);
  return (
    <Figures label="Usage">
      <Figure
        emphasis
        label={costs === null ? "Spend" : "Sold"}
        value={<SpendAmount sums={totals} />}
        note={
          isUnpriced(previous)
            ? "Before: not priced yet"
            : unpriced && previous.amount === 0n
              ? "Nothing before"
              : `${changeText(totals.amount, previous.amount)} (${moneyText(previous.amount)})`
        }
      />
      {costs !== null && (
        <>
          <Figure
            label="Upstream cost"
            value={unpriced ? NOT_PRICED : <Money amount={costs.cost} />}
            note={unpriced ? undefined : `List: ${moneyText(costs.upstream)}`}
          />
          <Figure
            label="Margin"
            value={unpriced ? NOT_PRICED : <Money amount={costs.margin} />}
            note={
              totals.amount > 0n ? `${percentText(costs.margin, totals.amount)} of what was sold` : undefined
            }
          />
        </>
      )}
      <Figure
        label="Requests"
        value={totals.requests.toLocaleString("en")}
        note={
          totals.bills === 0
            ? changeText(BigInt(totals.requests), BigInt(previous.requests))
            : `and ${callsText({ requests: 0, bills: totals.bills })} of infrastructure`
        }
      />
      <Figure
        label="Tokens"
        value={totals.tokens.toLocaleString("en")}
        note={changeText(totals.tokens, previous.tokens)}
      />
      <Figure
        label="Corrected"
        value={<Money amount={totals.corrected} signed />}
        note={
          totals.corrections === 0
            ? "No corrections"
            : `${totals.corrections.toLocaleString("en")} corrections, in the spend`
        }
      />
    </Figures>
  );
}

/** A share in percent with one place, by whole numbers. */
function percentText(part: bigint, whole: bigint): string {
  const tenths = (part * 1_000n) / whole;
  const size = tenths < 0n ? -tenths : tenths;
  return `${tenths < 0n ? "−" : ""}${size / 10n}.${size % 10n} %`;
}
