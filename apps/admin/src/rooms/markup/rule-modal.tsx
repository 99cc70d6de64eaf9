import { Checkbox, Fieldset, Group, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type MarkupRule, MODALITIES } from "@ratebook/core";
import { FormModal } from "../../app/form-modal.tsx";
import { meterChoices } from "./meter-choices.ts";
import { draftOf, EMPTY_DRAFT, type RuleDraft, readDraft } from "./rule-draft.ts";

type RuleModalProps = {
  /** Null for a new one. */
  rule: MarkupRule | null;
  onSave: (rule: MarkupRule) => void;
  onClose: () => void;
};

/** A rule of the draft as a form; nothing is sent to the server until the draft is published. */
export function RuleModal({ rule, onSave, onClose }: RuleModalProps) {
  const form = useForm<RuleDraft>({
    initialValues: rule === null ? EMPTY_DRAFT : draftOf(rule),
    validate: (draft) => {
      const read = readDraft(draft);
      return read.ok ? {} : read.error;
    },
  });
  const { kind } = form.values;
  return (
    <FormModal
      opened
      title={rule === null ? "Add a rule" : `Rule ${rule.id}`}
      submitLabel={rule === null ? "Add to the draft" : "Change the draft"}
      pending={false}
      error={null}
      onClose={onClose}
      onSubmit={form.onSubmit((draft) => {
        const read = readDraft(draft);
        if (read.ok) onSave(read.value);
      })}
    >
      <TextInput
        label="Name"
        description="Short, lower case; receipts show it"
        withAsterisk
        data-autofocus
        {...form.getInputProps("id")}
      />
      <Fieldset legend="Applies to">
        <Stack gap="xs">
          <Group grow align="flex-start" gap="sm">
            <TextInput label="Provider" placeholder="any; * allowed" {...form.getInputProps("provider")} />
            <TextInput label="Model" placeholder="any; gpt-*" {...form.getInputProps("model")} />
          </Group>
          <Group grow align="flex-start" gap="sm">
            <Select
              label="Modality"
              placeholder="any"
              clearable
              data={[...MODALITIES]}
              value={form.values.modality === "" ? null : form.values.modality}
              onChange={(value) => form.setFieldValue("modality", value ?? "")}
              error={form.errors.modality}
            />
            <Select
              label="Meter"
              placeholder="any"
              clearable
              searchable
              data={meterChoices(form.values.meter)}
              value={form.values.meter === "" ? null : form.values.meter}
              onChange={(value) => form.setFieldValue("meter", value ?? "")}
              error={form.errors.meter}
            />
          </Group>
        </Stack>
      </Fieldset>
      <Fieldset legend="Sells at">
        <Stack gap="xs">
          <SegmentedControl
            aria-label="How the price is made"
            value={kind}
            onChange={(value) => form.setFieldValue("kind", value === "price" ? "price" : "percent")}
            data={[
              { value: "percent", label: "List price and a percentage" },
              { value: "price", label: "A fixed price" },
            ]}
          />
          {kind === "percent" ? (
            <TextInput
              label="Markup in percent"
              description="Below zero is a discount on list, never below −100"
              inputMode="decimal"
              rightSection="%"
              {...form.getInputProps("percent")}
            />
          ) : (
            <PriceFields
              label="Price"
              usd={form.getInputProps("priceUsd")}
              per={form.getInputProps("pricePer")}
            />
          )}
          <PriceFields
            label="At least"
            usd={form.getInputProps("floorUsd")}
            per={form.getInputProps("floorPer")}
          />
          <PriceFields
            label="At most"
            usd={form.getInputProps("ceilingUsd")}
            per={form.getInputProps("ceilingPer")}
          />
          <TextInput
            label="Fee for each request"
            inputMode="decimal"
            leftSection="$"
            placeholder="none"
            {...form.getInputProps("feePerRequest")}
          />
          <Checkbox
            label="May sell below our own cost"
            {...form.getInputProps("allowLoss", { type: "checkbox" })}
          />
        </Stack>
      </Fieldset>
      <Fieldset legend="Where the customer brings their own key">
        <Group grow align="flex-start" gap="sm">
          <TextInput
            label="Fee in percent of list"
            inputMode="decimal"
            rightSection="%"
            placeholder="as above"
            {...form.getInputProps("byokPercent")}
          />
          <TextInput
            label="Fee for each request"
            inputMode="decimal"
            leftSection="$"
            placeholder="none"
            {...form.getInputProps("byokFee")}
          />
        </Group>
      </Fieldset>
      <Text size="xs" c="dimmed">
        A price, at least and at most need a meter: dollars per token are no bound for dollars per image.
      </Text>
    </FormModal>
  );
}

type FieldProps = ReturnType<ReturnType<typeof useForm<RuleDraft>>["getInputProps"]>;

const PriceFields = ({ label, usd, per }: { label: string; usd: FieldProps; per: FieldProps }) => (
  <Group grow align="flex-start" gap="sm">
    <TextInput label={`${label}, $`} inputMode="decimal" leftSection="$" placeholder="none" {...usd} />
    <TextInput label={`${label}, per units`} inputMode="numeric" placeholder="1000000" {...per} />
  </Group>
);
