import { Button, Checkbox, Fieldset, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { Panel } from "../../app/panel.tsx";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { perText } from "../catalogue/unit-price.ts";
import { MatchFields } from "./match-fields.tsx";
import { priceNames } from "./read-terms-draft.ts";
import { NEW_PRICE, type PriceDraft } from "./terms-draft.ts";
import type { TermsForm } from "./terms-form.ts";

/** Agreed prices, a row each: one meter of an offering, or of every offering a pattern names. */
export function PriceFields({ form }: { form: TermsForm }) {
  const { prices, rules } = form.values;
  const names = priceNames(prices, rules);
  return (
    <Panel
      title="Fixed prices"
      description="What one unit is sold at, whatever it costs upstream. They go before every markup; the first that matches wins."
      action={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => form.insertListItem("prices", NEW_PRICE)}
        >
          Add a price
        </Button>
      }
    >
      {prices.length === 0 ? (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      ) : (
        <Stack gap="md">
          {prices.map((price, index) => {
            return (
              // Rows have no identity but their place; every value is the form's own.
              <Fieldset key={index} legend={`Price ${index + 1}`}>
                <Stack gap="sm">
                  <SimpleGrid cols={{ base: 1, sm: 3 }}>
                    <MatchFields
                      form={form}
                      at={`prices.${index}`}
                      value={price}
                      meter="required"
                      onMeter={(meter) => {
                        form.setFieldValue(`prices.${index}.meter`, meter);
                        // A price is for the units its meter is usually priced in, until somebody writes another.
                        if (price.per === usualPer(price.meter)) {
                          form.setFieldValue(`prices.${index}.per`, usualPer(meter));
                        }
                      }}
                    />
                    <TextInput
                      label="Dollars"
                      inputMode="decimal"
                      leftSection="$"
                      {...form.getInputProps(`prices.${index}.usd`)}
                    />
                    <TextInput
                      label="Per units"
                      description={perWords(price)}
                      inputMode="numeric"
                      inputWrapperOrder={["label", "input", "description", "error"]}
                      {...form.getInputProps(`prices.${index}.per`)}
                    />
                    <TextInput
                      label="Name on receipts"
                      placeholder={names[index]}
                      {...form.getInputProps(`prices.${index}.id`)}
                    />
                  </SimpleGrid>
                  <Group justify="space-between">
                    <Checkbox
                      label="Also below what you pay"
                      {...form.getInputProps(`prices.${index}.allowLoss`, { type: "checkbox" })}
                    />
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="gray"
                      leftSection={<IconTrash size={15} aria-hidden />}
                      onClick={() => form.removeListItem("prices", index)}
                    >
                      Remove price {index + 1}
                    </Button>
                  </Group>
                </Stack>
              </Fieldset>
            );
          })}
        </Stack>
      )}
    </Panel>
  );
}

/** "per 1M tokens", or nothing while the number is none. */
const perWords = ({ per, meter }: PriceDraft): string | undefined =>
  /^[1-9]\d{0,9}$/.test(per) ? `per ${perText(BigInt(per), unitOfMeter(meter))}` : undefined;

/** Tokens are priced by the million, everything else by the piece. */
const usualPer = (meter: string): string => (unitOfMeter(meter) === "token" ? "1000000" : "1");
