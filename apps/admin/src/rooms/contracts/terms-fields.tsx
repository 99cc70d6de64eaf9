import { Group, Stack } from "@mantine/core";
import { CopyButton } from "../../app/copy-button.tsx";
import { DiscountFields } from "./discount-fields.tsx";
import { FillFromJson } from "./fill-from-json.tsx";
import { LockFields } from "./lock-fields.tsx";
import { MarkupFields } from "./markup-fields.tsx";
import { PaymentFields } from "./payment-fields.tsx";
import { PriceFields } from "./price-fields.tsx";
import { readTermsDraft } from "./read-terms-draft.ts";
import type { TermsForm } from "./terms-form.ts";

/** Every term of a contract or a plan, in the order in which a price is looked for. */
export function TermsFields({ form }: { form: TermsForm }) {
  const read = readTermsDraft(form.values);
  return (
    <Stack gap="lg">
      <MarkupFields form={form} />
      <PriceFields form={form} />
      <DiscountFields form={form} />
      <LockFields form={form} />
      <PaymentFields form={form} />
      <Group gap="xs">
        {read.ok && (
          <CopyButton
            text={JSON.stringify(read.value, null, 2)}
            label="Copy the terms as JSON"
            words="Copy as JSON"
          />
        )}
        <FillFromJson form={form} />
      </Group>
    </Stack>
  );
}
