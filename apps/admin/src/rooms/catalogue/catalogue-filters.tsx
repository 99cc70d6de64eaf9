import { Group, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { SearchField } from "../../app/search-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import type { CatalogueView } from "./catalogue-view.ts";
import type { TokenScale } from "./unit-price.ts";

type CatalogueFiltersProps = {
  view: CatalogueView;
  isOperator: boolean;
  onChange: (change: Partial<CatalogueView>) => void;
};

/** What is shown of the catalogue: search, provider, modality, what is sold, and the unit of token prices. */
export function CatalogueFilters({ view, isOperator, onChange }: CatalogueFiltersProps) {
  const facets = useQuery(useTRPC().pricing.facets.queryOptions({ listed: view.listed }));
  return (
    <Group gap="sm" align="flex-end">
      <SearchField
        label="Search"
        placeholder="Model, provider or alias"
        value={view.search}
        onChange={(search) => onChange({ search })}
        style={{ flex: "1 1 220px" }}
      />
      <Select
        label="Provider"
        placeholder="All providers"
        searchable
        clearable
        w={{ base: "100%", xs: 190 }}
        value={view.provider}
        onChange={(provider) => onChange({ provider })}
        data={withChosen(
          facets.data?.providers.map(({ provider, count }) => ({
            value: provider,
            label: `${provider} (${count})`,
          })),
          view.provider,
        )}
      />
      <Select
        label="Modality"
        placeholder="All modalities"
        clearable
        w={{ base: "100%", xs: 180 }}
        value={view.modality}
        onChange={(modality) => onChange({ modality })}
        data={withChosen(
          facets.data?.modalities.map(({ modality, count }) => ({
            value: modality,
            label: `${modality} (${count})`,
          })),
          view.modality,
        )}
      />
      {isOperator && (
        <Select
          label="Listed"
          w={{ base: "100%", xs: 150 }}
          allowDeselect={false}
          value={LISTED_VALUES.get(view.listed) ?? "yes"}
          onChange={(value) => onChange({ listed: value === "all" ? null : value === "yes" })}
          data={[
            { value: "yes", label: "Sold here" },
            { value: "no", label: "Not sold" },
            { value: "all", label: "All known" },
          ]}
        />
      )}
      <ScaleToggle value={view.scale} onChange={(scale) => onChange({ scale })} />
    </Group>
  );
}

/** Chooses whether token prices are per thousand or per million. */
export const ScaleToggle = ({
  value,
  onChange,
}: {
  value: TokenScale;
  onChange: (scale: TokenScale) => void;
}) => (
  <SegmentedControl
    aria-label="Token prices per"
    value={value}
    onChange={(chosen) => onChange(chosen === "1k" ? "1k" : "1m")}
    data={[
      { value: "1m", label: "per 1M" },
      { value: "1k", label: "per 1K" },
    ]}
  />
);

type Option = { value: string; label: string };

/** The choice of a bookmark stays visible although nothing is left to choose there. */
const withChosen = (options: Option[] | undefined, chosen: string | null): Option[] =>
  chosen === null || options?.some(({ value }) => value === chosen)
    ? (options ?? [])
    : [...(options ?? []), { value: chosen, label: chosen }];

const LISTED_VALUES: ReadonlyMap<boolean | null, string> = new Map([
  [true, "yes"],
  [false, "no"],
  [null, "all"],
]);
