import { Alert, Checkbox, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import { type Contract, type Plan, spanText } from "./contract.ts";
import { CustomerField } from "./customer-field.tsx";
import type { HeadForm } from "./draft-head.ts";

type HeadFieldsProps = {
  form: HeadForm;
  plans: readonly Plan[];
  /** The customer's versions that hold in a part of its time, and the one it may take the place of. */
  inTheWay: readonly Contract[];
  replaced: Contract | null;
  onPlan: (plan: Plan) => void;
};

/** Whose contract it is, which plan it begins from, and when it holds. */
export function HeadFields({ form, plans, inTheWay, replaced, onPlan }: HeadFieldsProps) {
  const { plan, replace } = form.values;
  return (
    <Panel title="Whose, and when">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <CustomerField
            value={form.values.customer}
            error={form.errors.customer}
            onChange={(id) => form.setFieldValue("customer", id)}
          />
          <Select
            label="Plan"
            description="Fills in its terms below, in place of what is there"
            placeholder="None"
            clearable
            data={plans
              .filter(({ id, retired }) => !retired || id === plan)
              .map(({ id, name }) => ({ value: id, label: name }))}
            value={plan === "" ? null : plan}
            onChange={(id) => {
              form.setFieldValue("plan", id ?? "");
              const chosen = plans.find((it) => it.id === id);
              if (chosen) onPlan(chosen);
            }}
            error={form.errors.plan}
          />
          <TextInput
            label="Begins (UTC)"
            description="Empty: as soon as it is activated"
            type="datetime-local"
            {...form.getInputProps("validFrom")}
          />
          <TextInput
            label="Ends (UTC)"
            description="Empty: until it is ended"
            type="datetime-local"
            {...form.getInputProps("validUntil")}
          />
        </SimpleGrid>
        {inTheWay.length > 0 && (
          <Alert color={replaced !== null && replace ? "blue" : "orange"} variant="light" role="status">
            {inTheWay.map((it) => `${it.label} holds ${spanText(it)} (UTC)`).join("; ")}. Versions of one
            customer may not overlap.
          </Alert>
        )}
        {replaced !== null && (
          <Checkbox
            label={`Ends ${replaced.label} when this one begins`}
            {...form.getInputProps("replace", { type: "checkbox" })}
          />
        )}
      </Stack>
    </Panel>
  );
}
