import { CUSTOMER_FILTERS } from "@ratebook/api/inputs";

export type CustomerFilter = (typeof CUSTOMER_FILTERS)[number];

const WORDS: { [K in CustomerFilter]: string } = {
  owing: "With debt",
  suspended: "Suspended",
  warned: "Warned of a shutdown",
  auto_top_up: "With auto top-up",
  contract: "With a contract",
};

/** The filters as a list to choose from. */
export const FILTER_WORDS = CUSTOMER_FILTERS.map((value) => ({ value, label: WORDS[value] }));

export const isFilter = (value: string | null): value is CustomerFilter =>
  CUSTOMER_FILTERS.some((filter) => filter === value);
