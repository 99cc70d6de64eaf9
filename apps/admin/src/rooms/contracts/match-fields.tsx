import { Select } from "@mantine/core";
import { MODALITIES } from "@ratebook/core";
import { MeterField } from "./meter-field.tsx";
import { OfferingField } from "./offering-field.tsx";
import type { TermsForm } from "./terms-form.ts";

type MatchFieldsProps = {
  form: TermsForm;
  /** Where in the form: `prices.0`. */
  at: string;
  value: { pattern: string; modality: string; meter?: string };
  /** Lock terms are for every meter. */
  meter?: "required" | "optional" | "none";
  onMeter?: (meter: string) => void;
};

/** What a term applies to: an offering or a pattern, a modality, a meter. */
export const MatchFields = ({ form, at, value, meter = "optional", onMeter }: MatchFieldsProps) => (
  <>
    <OfferingField
      label="Offering or pattern"
      placeholder="openai/gpt-5.2, openai/*, *"
      value={value.pattern}
      onChange={(pattern) => form.setFieldValue(`${at}.pattern`, pattern)}
      error={form.errors[`${at}.pattern`]}
    />
    <Select
      label="Modality"
      placeholder="any"
      clearable
      data={[...MODALITIES]}
      value={value.modality === "" ? null : value.modality}
      onChange={(modality) => form.setFieldValue(`${at}.modality`, modality ?? "")}
      error={form.errors[`${at}.modality`]}
    />
    {meter !== "none" && (
      <MeterField
        value={value.meter ?? ""}
        optional={meter === "optional"}
        onChange={onMeter ?? ((chosen) => form.setFieldValue(`${at}.meter`, chosen))}
        error={form.errors[`${at}.meter`]}
      />
    )}
  </>
);
