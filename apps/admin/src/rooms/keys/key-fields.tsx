import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import type { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import { readDollars } from "../billing/read-dollars.ts";
import { type KeyKind, type KeyScope, scopeTexts } from "./scopes.ts";

/** A key as its form holds it; amounts and numbers as they are typed. */
export type KeyForm = {
  name: string;
  kind: KeyKind;
  scopes: KeyScope[];
  /** Days from now, empty for never, `keep` for what it is. */
  days: string;
  rate: string;
  budget: string;
};

/** What is wrong with each field, in a sentence. */
export const keyFormRules = {
  name: (name: string) => (name.trim() === "" ? "A name tells the key apart later." : null),
  rate: (rate: string) =>
    rate === "" || /^[1-9]\d{0,6}$/.test(rate.trim()) ? null : "A whole number, or nothing.",
  budget: (text: string) => {
    if (text === "") return null;
    const amount = readDollars(text);
    if (!amount.ok) return amount.error;
    return amount.value > 0n ? null : "More than 0, or nothing.";
  },
  scopes: (scopes: KeyScope[]) => (scopes.length === 0 ? "Choose at least one right." : null),
};

type KeyFieldsProps = {
  form: Pick<ReturnType<typeof useForm<KeyForm>>, "values" | "errors" | "getInputProps" | "setFieldValue">;
  offered: readonly KeyScope[];
  /** Of a customer's key, which may have a budget. */
  mayHaveBudget: boolean;
  expiries: readonly { value: string; label: string }[];
  /** Between the name and the rights. */
  children?: ReactNode;
};

/** The fields of a key that is made or changed. */
export const KeyFields = ({ form, offered, mayHaveBudget, expiries, children }: KeyFieldsProps) => (
  <>
    <TextInput
      label="Name"
      placeholder="Production gateway"
      withAsterisk
      maxLength={100}
      data-autofocus
      {...form.getInputProps("name")}
    />
    {children}
    <Checkbox.Group
      label="Rights"
      withAsterisk
      value={form.values.scopes}
      error={form.errors["scopes"]}
      onChange={(chosen) =>
        form.setFieldValue(
          "scopes",
          offered.filter((scope) => chosen.includes(scope)),
        )
      }
    >
      <Stack gap={8} mt={6}>
        {offered.map((scope) => (
          <Checkbox key={scope} value={scope} label={scope} description={scopeTexts[scope]} />
        ))}
      </Stack>
    </Checkbox.Group>
    <Select label="Expires" allowDeselect={false} data={expiries} {...form.getInputProps("days")} />
    <TextInput
      label="Requests a minute"
      description="Empty: as many as any key"
      inputMode="numeric"
      {...form.getInputProps("rate")}
    />
    {mayHaveBudget && (
      <TextInput
        label="Dollars a month"
        description="Refuses its requests beyond it; empty: no budget"
        inputMode="decimal"
        {...form.getInputProps("budget")}
      />
    )}
  </>
);

/** When a key may be chosen to end, besides what it has. */
export const EXPIRIES = [
  { value: "", label: "Never" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
];

/** The instant that a choice of days means. */
export const inDays = (days: string): Date => new Date(Date.now() + Number(days) * 86_400_000);
