import { Badge, Group, Text } from "@mantine/core";
import type { Conditions } from "@ratebook/core";
import { CopyButton } from "../../app/copy-button.tsx";
import { groupDigits } from "../../money/group-digits.ts";
import { Money } from "../../money/money.tsx";
import { Facts } from "./facts.tsx";
import { lineFormula } from "./line-formula.ts";
import { meterText } from "./meter-text.ts";
import type { Receipt } from "./receipt-view.tsx";

type Line = Receipt["lines"][number];
type UsageLine = Extract<Line, { kind: "usage" }>;

/** How one line's amount came about, down to the place in the document its price was read from. */
export const ReceiptLine = ({ line }: { line: Line }) => (
  <div className="receipt-line">
    <Group justify="space-between" align="baseline" gap="sm">
      <Text fw={600} size="sm">
        {titleOf(line)}
      </Text>
      <Text fw={600} size="sm" component="div">
        <Money amount={line.amount} />
      </Text>
    </Group>
    {line.kind === "usage" ? <UsageFacts line={line} /> : <OtherFacts line={line} />}
  </div>
);

function UsageFacts({ line }: { line: UsageLine }) {
  const formula = lineFormula(line);
  const { rate, markup } = line;
  return (
    <>
      <Text size="sm" className="receipt-formula" component="p">
        {formula.quantity} × {formula.price} {formula.markup} = {formula.exact}
        {formula.rounded && <> → rounded half-even</>}
      </Text>
      {line.conservative && (
        <Badge color="orange" variant="light" mb={6}>
          Provider's dearest rate, because this model had none
        </Badge>
      )}
      <Facts>
        {line.quantity !== line.billedQuantity && (
          <Facts.Item name="Used">
            {groupDigits(line.quantity)}, billed as {formula.quantity} after minimum, increment or what is
            included
          </Facts.Item>
        )}
        {line.ratedAs !== line.meter && (
          <Facts.Item name="Rate of">{meterText(line.ratedAs)}, as the provider bills it</Facts.Item>
        )}
        <Facts.Item name="List cost">
          <Money amount={line.upstream} />
        </Facts.Item>
        <Facts.Item name="Price rule">
          {markup.rule.id}: {markup.because}
        </Facts.Item>
        {markup.passedOver.length > 0 && (
          <Facts.Item name="Rules passed over">
            {markup.passedOver.map(({ ruleId, because }) => `${ruleId}: ${because}`).join("; ")}
          </Facts.Item>
        )}
        {markup.notReached.length > 0 && (
          <Facts.Item name="Rules not asked">{markup.notReached.join(", ")}</Facts.Item>
        )}
        <Facts.Item name="Conditions matched">{conditionsText(line.conditionsMatched)}</Facts.Item>
        {line.ties.length > 0 && (
          <Facts.Item name="Also matched">
            {line.ties.map((tie) => `$${tie.usd} per ${groupDigits(tie.per.toString())}`).join(", ")}; the
            dearest was taken
          </Facts.Item>
        )}
        <Facts.Item name="Price read from">
          {rate.source}
          {rate.where !== null && (
            <>
              {" at "}
              <span className="mono">{rate.where}</span>
            </>
          )}
        </Facts.Item>
        <Facts.Item name="Document SHA-256">
          <span className="mono" title={rate.sha256}>
            {rate.sha256.slice(0, 16)}…
          </span>{" "}
          <CopyButton text={rate.sha256} label="Copy the whole hash" />
        </Facts.Item>
        <Facts.Item name="In the catalogue since">version {rate.openedVersion}</Facts.Item>
      </Facts>
    </>
  );
}

const OtherFacts = ({ line }: { line: Exclude<Line, { kind: "usage" }> }) => (
  <Facts>
    {line.kind === "fee" && <Facts.Item name="Markup rule">{line.rule.id}</Facts.Item>}
    {line.kind === "outcome" && <Facts.Item name="Policy">{line.policy}</Facts.Item>}
    {line.kind === "volume" && <VolumeFacts line={line} />}
    {line.kind !== "fee" && line.kind !== "volume" && (
      <Facts.Item name="Outcome">{line.outcome.replaceAll("_", " ")}</Facts.Item>
    )}
  </Facts>
);

function VolumeFacts({ line }: { line: Extract<Line, { kind: "volume" }> }) {
  const unit = line.discount.by === "spend" ? "" : ` ${meterText(line.discount.match.meter ?? "units")}`;
  const amountOf = (decimal: string) =>
    line.discount.by === "spend" ? `$${groupDigits(decimal)}` : `${groupDigits(decimal)}${unit}`;
  return (
    <>
      <Facts.Item name="Discount">{line.discount.id}</Facts.Item>
      <Facts.Item name={`Month of ${line.month.slice(0, 7)} (UTC)`}>
        {amountOf(line.position)} before this event, {amountOf(line.volume)} added
      </Facts.Item>
      <Facts.Item name="Of lines that come to">
        <Money amount={line.gross} />
      </Facts.Item>
      <Facts.Item name="Taken off">{line.because}</Facts.Item>
      {line.tiers.map(({ above, discountBps, because }) => (
        <Facts.Item key={above} name={`Above ${amountOf(above)}: ${discountBps / 100} % off`}>
          {because}
        </Facts.Item>
      ))}
    </>
  );
}

function titleOf(line: Line): string {
  switch (line.kind) {
    case "usage":
      return meterText(line.meter);
    case "volume":
      return "Volume discount";
    case "fee":
      return "Fee for the request";
    case "outcome":
      return "Settled by its outcome";
    case "held":
      return "Settled at what was held";
    case "named":
      return "Settled at the amount named";
  }
}

function conditionsText(conditions: Conditions): string {
  const stated = Object.entries(conditions).filter(([, value]) => value !== undefined);
  if (stated.length === 0) return "none: the rate applies always";
  return stated.map(([name, value]) => `${name.replaceAll("_", " ")}: ${String(value)}`).join(", ");
}
