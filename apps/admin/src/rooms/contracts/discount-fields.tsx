import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Input,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { Panel } from "../../app/panel.tsx";
import { MatchFields } from "./match-fields.tsx";
import { newDiscount } from "./terms-draft.ts";
import type { TermsForm } from "./terms-form.ts";
import { TierFields } from "./tier-fields.tsx";

/** Volume discounts: what they count, and their tiers, with what those mean in words. */
export function DiscountFields({ form }: { form: TermsForm }) {
  const { discounts } = form.values;
  return (
    <Panel
      title="Volume discounts"
      description="Grow with a calendar month (UTC). Marginal: a tier changes the price of what lies above it, never of what lies below."
      action={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          disabled={discounts.length >= DISCOUNTS_MAX}
          onClick={() => form.insertListItem("discounts", newDiscount(discounts))}
        >
          Add a discount
        </Button>
      }
    >
      {discounts.length === 0 ? (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      ) : (
        <Stack gap="md">
          {discounts.map((_, index) => (
            // Discounts have no identity but their place; every value is the form's own.
            <Discount key={index} form={form} index={index} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Discount({ form, index }: { form: TermsForm; index: number }) {
  const discount = form.values.discounts[index];
  if (discount === undefined) return null;
  const at = `discounts.${index}`;
  return (
    <Fieldset legend={`Discount ${index + 1}`}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label="Name on receipts"
            description="A later version with the same name goes on counting the month"
            {...form.getInputProps(`${at}.id`)}
          />
          <Input.Wrapper label="Counted by" labelElement="div">
            <div>
              <SegmentedControl
                aria-label="Counted by"
                value={discount.by}
                onChange={(by) => form.setFieldValue(`${at}.by`, by === "units" ? "units" : "spend")}
                data={[
                  { value: "spend", label: "Dollars" },
                  { value: "units", label: "Units of a meter" },
                ]}
              />
            </div>
          </Input.Wrapper>
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <MatchFields
            form={form}
            at={at}
            value={discount}
            meter={discount.by === "units" ? "required" : "optional"}
          />
        </SimpleGrid>
        <TierFields form={form} index={index} discount={discount} />
        <Group justify="space-between">
          <Checkbox
            label="Also below what you pay"
            {...form.getInputProps(`${at}.allowLoss`, { type: "checkbox" })}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => form.removeListItem("discounts", index)}
          >
            Remove discount {index + 1}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

const DISCOUNTS_MAX = 10;
