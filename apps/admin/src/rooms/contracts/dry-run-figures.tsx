import { nanos } from "@ratebook/core";
import { Figure, Figures } from "../../app/figure.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import type { DryRun } from "./use-dry-run.ts";

/** The sums of a dry run. */
export const DryRunFigures = ({ run }: { run: DryRun }) => (
  <Figures label="The last 30 days">
    <Figure
      label="Debits that change"
      value={`${run.changed.toLocaleString("en")} of ${run.events.toLocaleString("en")}`}
      note={`${dayText(run.from)} to ${dayText(run.to)}`}
    />
    <Figure label="Debited" value={<Money amount={run.before} />} />
    <Figure
      label="Under the draft"
      value={<Money amount={run.after} />}
      note={run.volumeDiscount > 0n && <>{moneyText(run.volumeDiscount)} taken off by volume</>}
    />
    <Figure emphasis label="Difference" value={moneyText(run.difference, { signed: true })} />
    <Figure
      label="You paid"
      value={<Money amount={run.ownCost} />}
      note={`Margin ${moneyText(nanos(run.after - run.ownCost), { signed: true })}, was ${moneyText(nanos(run.before - run.ownCost), { signed: true })}`}
    />
  </Figures>
);
