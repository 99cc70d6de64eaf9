import { Button, Checkbox, Group, JsonInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "../../app/error-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { notifyDone } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { meterText } from "../wallet/meter-text.ts";

/** A draft of a customer's terms: what usage would cost by it, what the last 30 days would have, and its activation. */
export function ContractDraft() {
  const [customer, setCustomer] = useState("");
  const [text, setText] = useState(EXAMPLE);
  const [from, setFrom] = useState("");
  const [note, setNote] = useState("");
  const [replace, setReplace] = useState(false);
  const terms = readTerms(text);
  const queries = useQueryClient();
  const activate = useMutation(
    useTRPC().contracts.set.mutationOptions({
      onSuccess: async ({ label }) => {
        notifyDone(`${label} is made.`);
        await queries.invalidateQueries();
      },
    }),
  );
  const draft = terms !== null && customer.trim() !== "" ? { customer: customer.trim(), terms } : null;
  return (
    <>
      <Panel title="New version" description="Nothing is sold by it until it is activated.">
        <Stack gap="sm">
          <TextInput
            label="Customer"
            description="Its id, or the platform's own"
            value={customer}
            onChange={(event) => setCustomer(event.currentTarget.value)}
          />
          <JsonInput
            label="Terms"
            description="prices, rules, discounts, priceLock, creditLine, invoicing; all optional"
            autosize
            minRows={6}
            maxRows={24}
            error={terms === null ? "is not a JSON object" : undefined}
            value={text}
            onChange={setText}
          />
          <TextInput
            label="Begins (UTC)"
            description="Empty: now"
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            label="Reason"
            description="Kept in the audit log"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Checkbox
            label="Ends the version that holds when this one begins"
            checked={replace}
            onChange={(event) => setReplace(event.currentTarget.checked)}
          />
          {activate.isError && <ErrorState error={activate.error} />}
          <Group>
            <Button
              disabled={draft === null || note.trim() === ""}
              loading={activate.isPending}
              onClick={() =>
                draft &&
                activate.mutate({
                  ...draft,
                  note,
                  replace,
                  ...(from !== "" && { validFrom: new Date(`${from}Z`) }),
                })
              }
            >
              Activate
            </Button>
          </Group>
        </Stack>
      </Panel>
      <Simulator draft={draft} />
      <DryRun draft={draft} />
    </>
  );
}

type Draft = { customer: string; terms: Record<string, unknown> } | null;

function Simulator({ draft }: { draft: Draft }) {
  const [offering, setOffering] = useState("");
  const [meter, setMeter] = useState("input_tokens");
  const [quantity, setQuantity] = useState("1000000");
  const simulate = useMutation(useTRPC().contracts.simulate.mutationOptions());
  const shown = simulate.data;
  return (
    <Panel
      title="What would this customer pay?"
      description="Now, under the draft, from where the month stands."
    >
      <Stack gap="sm">
        <Group align="flex-end">
          <TextInput
            label="Offering"
            placeholder="openai/gpt-5.2"
            value={offering}
            onChange={(event) => setOffering(event.currentTarget.value)}
          />
          <TextInput label="Meter" value={meter} onChange={(event) => setMeter(event.currentTarget.value)} />
          <TextInput
            label="Quantity"
            value={quantity}
            onChange={(event) => setQuantity(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={draft === null || offering === ""}
            loading={simulate.isPending}
            onClick={() =>
              draft &&
              simulate.mutate({ ...draft, offering: offering.trim(), quantities: { [meter]: quantity } })
            }
          >
            Price it
          </Button>
        </Group>
        {simulate.isError && <ErrorState error={simulate.error} />}
        {shown && (
          <>
            <Figures label="The price">
              <Figure emphasis label="This customer" value={<Money amount={shown.amount} />} />
              <Figure label="Everybody else" value={<Money amount={shown.standard} />} />
            </Figures>
            {shown.rules.map(({ meter: of, ruleId, passedOver }) => (
              <Text key={of} size="sm">
                {meterText(of)}: {ruleId} wins
                {passedOver.map((other) => `; ${other.ruleId}: ${other.because}`).join("")}
              </Text>
            ))}
            {shown.volume.flatMap(({ discount, tiers }) =>
              tiers.map(({ above, because }) => (
                <Text key={`${discount.id} ${above}`} size="sm">
                  {discount.id} above {above}: {because}
                </Text>
              )),
            )}
          </>
        )}
      </Stack>
    </Panel>
  );
}

function DryRun({ draft }: { draft: Draft }) {
  const run = useMutation(useTRPC().contracts.dryRun.mutationOptions());
  return (
    <Panel
      title="Dry run"
      description="This customer's last 30 days under the draft. Writes nothing."
      action={
        <Button
          size="xs"
          variant="default"
          disabled={draft === null}
          loading={run.isPending}
          onClick={() => draft && run.mutate({ ...draft, days: 30 })}
        >
          Run over 30 days
        </Button>
      }
    >
      {run.isError && <ErrorState error={run.error} />}
      {run.data ? (
        <Figures label="The last 30 days">
          <Figure label="Debits" value={run.data.events.toLocaleString("en")} />
          <Figure label="Debited" value={<Money amount={run.data.before} />} />
          <Figure label="Under the draft" value={<Money amount={run.data.after} />} />
          <Figure label="You paid" value={<Money amount={run.data.ownCost} />} />
          <Figure emphasis label="Difference" value={moneyText(run.data.difference, { signed: true })} />
        </Figures>
      ) : (
        !run.isError && (
          <Text size="sm" c="dimmed">
            Not run for this draft yet.
          </Text>
        )
      )}
    </Panel>
  );
}

function readTerms(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? { ...read } : null;
  } catch {
    return null;
  }
}

const EXAMPLE = JSON.stringify({ rules: [{ id: "flat", percentBps: 1000 }] }, null, 2);
