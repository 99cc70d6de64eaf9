import { Button, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconTags } from "@tabler/icons-react";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { useAddressParams } from "../../app/use-address-params.ts";
import { useMe } from "../../session/use-me.ts";
import { CatalogueFilters } from "./catalogue-filters.tsx";
import { type CatalogueView, readView, viewChange } from "./catalogue-view.ts";
import { OwnPricesNotice } from "./own-prices-notice.tsx";
import { PriceCards } from "./price-cards.tsx";
import { PriceTable } from "./price-table.tsx";
import { useModels } from "./use-models.ts";

/** The price list: what upstream charges, the markup, and what it is sold for here. Operators choose what is sold. */
export function CatalogueRoom() {
  const isOperator = useMe().kind === "operator";
  const [params, change] = useAddressParams();
  const view = readView(params, isOperator);
  const models = useModels(view);
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const pages = models.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const total = pages[0]?.total ?? 0;
  const [first] = pages;
  const List = narrow ? PriceCards : PriceTable;
  return (
    <>
      <PageHeader
        title="Catalogue"
        description="What a model costs upstream, the markup, and what it is sold for here."
      />
      <Stack gap="md">
        {first && <OwnPricesNotice contract={first.contract} />}
        <CatalogueFilters view={view} isOperator={isOperator} onChange={(next) => change(viewChange(next))} />
        {models.isError && <ErrorState error={models.error} onRetry={() => void models.refetch()} />}
        {(models.isPending || models.data) && (
          <Panel flush>
            {models.isPending && (
              <div className="panel-body">
                <LoadingRows rows={8} />
              </div>
            )}
            {models.data && items.length === 0 && (
              <NothingFound view={view} onClear={() => change(CLEARED)} />
            )}
            {items.length > 0 && (
              <div aria-busy={models.isPlaceholderData}>
                <List
                  items={items}
                  scale={view.scale}
                  isOperator={isOperator}
                  own={first?.prices === "contract"}
                />
              </div>
            )}
          </Panel>
        )}
        {first && items.length > 0 && (
          <Stack align="center" gap="xs">
            <Text size="sm" c="dimmed" role="status">
              {items.length} of {total} {total === 1 ? "model" : "models"} · catalogue version{" "}
              {first.catalogueVersion}, policy version {first.policyVersion}
            </Text>
            {models.hasNextPage && (
              <Button
                variant="default"
                loading={models.isFetchingNextPage}
                onClick={() => void models.fetchNextPage()}
              >
                Show more
              </Button>
            )}
          </Stack>
        )}
      </Stack>
    </>
  );
}

const NothingFound = ({ view, onClear }: { view: CatalogueView; onClear: () => void }) =>
  view.search === "" && view.provider === null && view.modality === null ? (
    <EmptyState icon={IconTags} title={view.listed === false ? "Everything known is sold" : "No prices yet"}>
      Prices appear here once a source has been read and its rates have passed the guard.
    </EmptyState>
  ) : (
    <EmptyState
      icon={IconTags}
      title="No model matches"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      }
    >
      {view.listed === true ? "Among what is sold here. " : ""}Every word of the search has to occur in the
      name, the id or an alias.
    </EmptyState>
  );

const CLEARED = { q: null, provider: null, modality: null };
