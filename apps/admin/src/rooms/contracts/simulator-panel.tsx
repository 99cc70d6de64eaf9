import { Button, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "../../app/error-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { meterText } from "../wallet/meter-text.ts";
import { MeterField } from "./meter-field.tsx";
import { OfferingField } from "./offering-field.tsx";
import type { Trial } from "./use-dry-run.ts";

/** What one use would cost the customer now under the draft, and which rule and tier decide it. */
export function SimulatorPanel({ trial, onBlocked }: { trial: Trial | null; onBlocked: () => void }) {
  const [offering, setOffering] = useState("");
  const [meter, setMeter] = useState("input_tokens");
  const [quantity, setQuantity] = useState("1000000");
  const simulate = useMutation(useTRPC().contracts.simulate.mutationOptions({ meta: { reads: true } }));
  // Figures of another draft would be taken for this one's.
  const isCurrent = JSON.stringify(simulate.variables?.terms) === JSON.stringify(trial?.terms);
  return (
    <Panel title="What would they pay?" description="Now, under the draft, from where the month stands.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (trial === null) onBlocked();
          else
            simulate.mutate({
              ...trial,
              offering: offering.trim(),
              quantities: { [meter]: quantity.trim() },
            });
        }}
      >
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 4 }} style={{ alignItems: "end" }}>
            <OfferingField
              label="Offering"
              placeholder="openai/gpt-5.2"
              value={offering}
              onChange={setOffering}
            />
            <MeterField optional={false} value={meter} onChange={setMeter} />
            <TextInput
              label="Quantity"
              inputMode="decimal"
              value={quantity}
              onChange={(event) => setQuantity(event.currentTarget.value)}
            />
            <Button
              type="submit"
              variant="default"
              disabled={offering.trim() === ""}
              loading={simulate.isPending}
            >
              Price it
            </Button>
          </SimpleGrid>
          {simulate.isError && <ErrorState error={simulate.error} />}
          {simulate.data && isCurrent && <Priced shown={simulate.data} />}
        </Stack>
      </form>
    </Panel>
  );
}

const Priced = ({ shown }: { shown: Api<"contracts", "simulate"> }) => (
  <>
    <Figures label="The price">
      <Figure emphasis label="This customer" value={<Money amount={shown.amount} />} />
      <Figure label="Everybody else" value={<Money amount={shown.standard} />} />
    </Figures>
    <div>
      {shown.rules.map(({ meter, ruleId, passedOver }) => (
        <Text key={meter} size="sm">
          {meterText(meter)}: {ruleId} wins
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
    </div>
  </>
);
