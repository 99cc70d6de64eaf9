import { Select } from "@mantine/core";
import { MODALITIES } from "@ratebook/core";
import { meterChoices } from "../markup/meter-choices.ts";
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
      <Select
        label="Meter"
        placeholder={meter === "required" ? "choose one" : "any"}
        clearable={meter === "optional"}
        searchable
        data={meterChoices(value.meter ?? "")}
        value={value.meter === undefined || value.meter === "" ? null : value.meter}
        onChange={(chosen) =>
          onMeter === undefined ? form.setFieldValue(`${at}.meter`, chosen ?? "") : onMeter(chosen ?? "")
        }
        error={form.errors[`${at}.meter`]}
      />
    )}
  </>
);
