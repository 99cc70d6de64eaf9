import { SimpleGrid, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import type { TermsForm } from "./terms-form.ts";

/** How the customer pays: a credit line, and how invoices to them are written. */
export function PaymentFields({ form }: { form: TermsForm }) {
  const { creditLine, invoicing } = form.values;
  return (
    <Panel title="Credit line and invoices">
      <Stack gap="sm">
        <Switch
          label="Credit line"
          description="Credits that come again on the first of each month (UTC), burn last, and are settled by that month's invoice"
          {...form.getInputProps("creditLine.on", { type: "checkbox" })}
        />
        {creditLine.on && (
          <TextInput
            label="Credit line a month, in dollars"
            inputMode="decimal"
            leftSection="$"
            maw={420}
            {...form.getInputProps("creditLine.amount")}
          />
        )}
        <Switch
          label="Invoicing terms of their own"
          {...form.getInputProps("invoicing.on", { type: "checkbox" })}
        />
        {invoicing.on && (
          <>
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <TextInput
                label="Invoices due after days"
                description="0 to 180; 0 is at once"
                inputMode="numeric"
                {...form.getInputProps("invoicing.netDays")}
              />
              <TextInput
                label="Purchase order"
                description="Printed on each invoice"
                maxLength={100}
                {...form.getInputProps("invoicing.purchaseOrder")}
              />
              <TextInput
                label="Invoices to"
                description="Empty: the customer's own address"
                type="email"
                maxLength={200}
                {...form.getInputProps("invoicing.email")}
              />
            </SimpleGrid>
            <Textarea
              label="Note on invoices"
              autosize
              minRows={2}
              maxLength={500}
              {...form.getInputProps("invoicing.note")}
            />
          </>
        )}
      </Stack>
    </Panel>
  );
}
