import { ActionIcon, Button, Group, Input, Text, TextInput } from "@mantine/core";
import { ContractTerms, nanos } from "@ratebook/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { Money } from "../../money/money.tsx";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./contracts.module.css";
import { readTermsDraft } from "./read-terms-draft.ts";
import { type DiscountDraft, termsDraft } from "./terms-draft.ts";
import type { TermsForm } from "./terms-form.ts";
import { exampleMonth, tierWords } from "./tier-words.ts";

type TierFieldsProps = { form: TermsForm; index: number; discount: DiscountDraft };

/** The tiers of a discount, a row each, and what they mean. */
export function TierFields({ form, index, discount }: TierFieldsProps) {
  const at = `discounts.${index}.tiers`;
  const unit = discount.by === "spend" ? "dollars" : meterText(discount.meter || "units").toLowerCase();
  return (
    <div>
      <div className={classes.tier} aria-hidden>
        <Input.Label labelElement="div">Above, in {unit} of a month</Input.Label>
        <Input.Label labelElement="div">Discount</Input.Label>
      </div>
      {discount.tiers.map((_, place) => (
        // Tiers have no identity but their place; every value is the form's own.
        <div key={place} className={classes.tier}>
          <TextInput
            aria-label={`Tier ${place + 1}: above, in ${unit}`}
            inputMode="decimal"
            leftSection={discount.by === "spend" ? "$" : undefined}
            {...form.getInputProps(`${at}.${place}.above`)}
          />
          <TextInput
            aria-label={`Tier ${place + 1}: discount in percent`}
            inputMode="decimal"
            rightSection="%"
            {...form.getInputProps(`${at}.${place}.percent`)}
          />
          <ActionIcon
            size={36}
            variant="subtle"
            color="gray"
            aria-label={`Remove tier ${place + 1}`}
            disabled={discount.tiers.length === 1}
            onClick={() => form.removeListItem(at, place)}
          >
            <IconX size={17} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Group mt={8}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={discount.tiers.length >= TIERS_MAX}
          onClick={() => form.insertListItem(at, { above: "", percent: "" })}
        >
          Add a tier
        </Button>
      </Group>
      <TierWords discount={discount} index={index} />
    </div>
  );
}

/** What the tiers come to, once they can be read. */
function TierWords({ discount, index }: { discount: DiscountDraft; index: number }) {
  const read = readTermsDraft({ ...EMPTY, discounts: [discount] });
  const [terms] = read.ok ? read.value.discounts : [];
  if (terms === undefined) return null;
  const example = exampleMonth(terms);
  return (
    <div className={classes.means} role="note" aria-label={`What discount ${index + 1} means`}>
      {tierWords(terms).map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
      {example !== null && (
        <Text size="sm" c="dimmed" component="div">
          A month of <Money amount={example.gross} /> comes to{" "}
          <Money amount={nanos(example.gross - example.taken)} />
          {discount.allowLoss ? "." : ", where that is not below what you pay."}
        </Text>
      )}
    </div>
  );
}

const EMPTY = termsDraft(ContractTerms.parse({}));
const TIERS_MAX = 20;
