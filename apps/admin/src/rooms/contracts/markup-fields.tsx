import { Button, Stack, Text, TextInput } from "@mantine/core";
import type { MarkupRule } from "@ratebook/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Panel } from "../../app/panel.tsx";
import { RuleList } from "../markup/rule-list.tsx";
import { RuleModal } from "../markup/rule-modal.tsx";
import type { TermsForm } from "./terms-form.ts";

/** A customer's own markup: a percentage on everything, and rules for a part that go before it. */
export function MarkupFields({ form }: { form: TermsForm }) {
  const [editing, setEditing] = useState<{ index: number | null } | null>(null);
  const { rules } = form.values;
  const change = (changed: MarkupRule[]) => form.setFieldValue("rules", changed);
  return (
    <Panel
      title="Markup"
      description="On the list price, instead of your own markup rules."
      action={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => setEditing({ index: null })}
        >
          Add a rule for a part
        </Button>
      }
    >
      <Stack gap="md">
        <TextInput
          label="Own markup in percent"
          description="On everything no rule for a part names. Empty: your markup rules. Below zero is a discount on list; without a rule that allows a loss nothing is sold under what you pay."
          placeholder="none"
          inputMode="decimal"
          rightSection="%"
          maw={420}
          {...form.getInputProps("markup")}
        />
        {rules.length > 0 && (
          <RuleList
            rules={rules}
            inForce={rules}
            mayBeEmpty
            onChange={change}
            onEdit={(index) => setEditing({ index })}
          />
        )}
        {form.errors.rules && (
          <Text size="sm" c="red" role="alert">
            {form.errors.rules}
          </Text>
        )}
      </Stack>
      {editing && (
        <RuleModal
          rule={editing.index === null ? null : (rules[editing.index] ?? null)}
          onClose={() => setEditing(null)}
          onSave={(rule) => {
            change(
              editing.index === null
                ? [...rules, rule]
                : rules.map((it, at) => (at === editing.index ? rule : it)),
            );
            setEditing(null);
          }}
        />
      )}
    </Panel>
  );
}
