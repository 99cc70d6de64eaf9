import { Alert, Group, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconClockPause } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Instant } from "../../app/age.tsx";
import { CopyButton } from "../../app/copy-button.tsx";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { parkedText } from "../../money/not-priced.ts";
import { parkedReasonText } from "../parked/parked-usage.ts";
import { checkReceipt } from "./check-receipt.ts";
import { Facts } from "./facts.tsx";
import { ReceiptLine } from "./receipt-line.tsx";

export type Receipt = Api<"billing", "receipt">;

/** One usage event: the amount, how it came about line by line, who paid, and from which versions. */
export const ReceiptView = ({ receipt }: { receipt: Receipt }) => (
  <Stack gap="lg">
    <div>
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {receipt.offering ?? "No offering named"}
      </Text>
      <Text component="div" className="receipt-amount">
        {receipt.state === "parked" ? parkedText(receipt) : <Money amount={receipt.amount} />}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        <Instant at={receipt.occurredAt} />
      </Text>
    </div>
    {receipt.state === "parked" && <Parked receipt={receipt} />}
    {receipt.state === "rated" && <Check receipt={receipt} />}
    {receipt.lines.length > 0 && (
      <Part title="Lines">
        <Stack gap="sm">
          {receipt.lines.map((line, index) => (
            // A receipt never changes, so a line's place in it is its name.
            <ReceiptLine key={index} line={line} />
          ))}
        </Stack>
        <Group justify="space-between" mt="sm" className="receipt-total">
          <Text fw={600}>Sum of the lines</Text>
          <Text fw={600} component="div">
            <Money amount={receipt.amount} />
          </Text>
        </Group>
        <Text size="xs" c="dimmed" mt={4}>
          Rounding: {receipt.rounding}.
        </Text>
      </Part>
    )}
    <PaidBy receipt={receipt} />
    <Details receipt={receipt} />
  </Stack>
);

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section>
    <Title order={3} mb="xs">
      {title}
    </Title>
    {children}
  </section>
);

function Check({ receipt }: { receipt: Receipt }) {
  const { agrees, recomputed } = checkReceipt(receipt);
  if (!agrees) {
    return (
      <Alert color="red" variant="light" role="alert" title="This receipt does not recompute">
        The lines add up to another amount than was debited. Ask your operator to verify the books.
      </Alert>
    );
  }
  return (
    <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} aria-hidden />}>
      Recomputed in this browser: {recomputed} {recomputed === 1 ? "line gives" : "lines give"} the same
      amount, to the nano-dollar.
    </Alert>
  );
}

const Parked = ({ receipt }: { receipt: Receipt }) => (
  <Alert
    color="orange"
    variant="light"
    icon={<IconClockPause size={18} aria-hidden />}
    title={receipt.ratedBy === null ? "It waits for a price" : "It was priced later"}
  >
    Recorded without an amount
    {receipt.parkReason !== null && `: ${lowerFirst(parkedReasonText(receipt.parkReason))}`}.
    {receipt.ratedBy !== null && <> Its amount is on the receipt {receipt.ratedBy}.</>}
  </Alert>
);

function PaidBy({ receipt }: { receipt: Receipt }) {
  const { paidBy, provisional, entry } = receipt;
  if (paidBy.length === 0 && provisional <= 0n && entry.debtIncurred <= 0n) return null;
  return (
    <Part title="Paid by">
      <Facts>
        {paidBy.map((paid) => (
          <Facts.Item key={paid.grantId} name={`${paid.source} (${paid.category.replace("_", " ")})`}>
            <Money amount={paid.amount} />
          </Facts.Item>
        ))}
        {provisional > 0n && (
          <Facts.Item name="Attributed to a grant with the next grant event">
            <Money amount={provisional} />
          </Facts.Item>
        )}
        {entry.debtIncurred > 0n && (
          <Facts.Item name="Became debt">
            <Money amount={entry.debtIncurred} />
          </Facts.Item>
        )}
        {receipt.reversed > 0n && (
          <Facts.Item name="Given back since">
            <Money amount={receipt.reversed} />
          </Facts.Item>
        )}
      </Facts>
    </Part>
  );
}

const Details = ({ receipt }: { receipt: Receipt }) => (
  <>
    <Part title="Entry">
      <Facts>
        <Facts.Item name="Number in the wallet">{receipt.entry.seq.toLocaleString("en")}</Facts.Item>
        <Facts.Item name="Kind">
          {receipt.entry.kind}
          {receipt.entry.late ? ", late" : ""}
        </Facts.Item>
        {receipt.entry.contra !== null && <Facts.Item name="Other side">{receipt.entry.contra}</Facts.Item>}
        <Facts.Item name="Balance after">
          <Money amount={receipt.entry.balanceAfter} />
        </Facts.Item>
        <Facts.Item name="Posted">
          <Instant at={receipt.entry.createdAt} />
        </Facts.Item>
      </Facts>
    </Part>
    <Part title="What it rests on">
      <Facts>
        <Facts.Item name="Catalogue version">{receipt.versions.catalogue ?? "none"}</Facts.Item>
        <Facts.Item name="Markup policy version">{receipt.versions.policy ?? "none"}</Facts.Item>
        {receipt.versions.contract !== null && (
          <Facts.Item name="Contract">{receipt.versions.contract}</Facts.Item>
        )}
        {receipt.contract?.priceLock && (
          <Facts.Item name={receipt.contract.priceLock.applied ? "Price lock" : "Price lock, not applied"}>
            {receipt.contract.priceLock.because}
          </Facts.Item>
        )}
        {receipt.contract?.discountsPassedOver.map(({ id, because }) => (
          <Facts.Item key={id} name={`Volume discount ${id}, not applied`}>
            {because}
          </Facts.Item>
        ))}
        {receipt.billing === "byok" && (
          <Facts.Item name="Upstream paid by">the customer's own key</Facts.Item>
        )}
        {optional(receipt).map(([name, value]) => (
          <Facts.Item key={name} name={name}>
            {value}
          </Facts.Item>
        ))}
        <Facts.Item name="Receipt id">
          <span className="mono">{receipt.id}</span> <CopyButton text={receipt.id} label="Copy the id" />
        </Facts.Item>
      </Facts>
    </Part>
  </>
);

/** What the reporting program named, where it did. */
const optional = (receipt: Receipt): [string, string][] =>
  Object.entries({
    Hold: receipt.holdId,
    Quote: receipt.quoteId,
    Outcome: receipt.outcome,
    Agent: receipt.agentId,
    App: receipt.appId,
    User: receipt.userId,
    Key: receipt.keyId,
  }).filter((pair): pair is [string, string] => pair[1] !== null);

const lowerFirst = (sentence: string): string => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
