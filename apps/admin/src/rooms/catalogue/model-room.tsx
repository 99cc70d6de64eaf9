import { Anchor, Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconHistory } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { EmptyState } from "../../app/empty-state.tsx";
import { errorStatus } from "../../app/error-sentence.ts";
import { ErrorState } from "../../app/error-state.tsx";
import { instantText } from "../../app/instant-text.ts";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { useMe } from "../../session/use-me.ts";
import { AuthorityPanel } from "../authority/authority-panel.tsx";
import { NamesPanel } from "../authority/names-panel.tsx";
import { asOfText, readAsOf } from "./as-of.ts";
import { ScaleToggle } from "./catalogue-filters.tsx";
import { scaleOf, viewChange } from "./catalogue-view.ts";
import { DefaultRequest } from "./default-request.tsx";
import { ListedSwitch } from "./listed-switch.tsx";
import type { ModelDetail } from "./model-detail.ts";
import { ModelFacts } from "./model-facts.tsx";
import { OwnCostsPanel } from "./own-costs-panel.tsx";
import { OwnPricesNotice } from "./own-prices-notice.tsx";
import { RateCards } from "./rate-cards.tsx";
import { RatesTable } from "./rates-table.tsx";
import { RetirePanel } from "./retire-panel.tsx";

/** One offering: its prices now or at any instant, by condition, with where each comes from and how it changed. */
export function ModelRoom() {
  const offering = useOfferingOfAddress();
  const [params] = useAddressParams();
  const at = readAsOf(params.get("at"));
  const model = useQuery(
    useTRPC().pricing.model.queryOptions(
      { offering, ...(at && { at }) },
      { placeholderData: keepPreviousData },
    ),
  );
  if (model.isPending) return <LoadingRoom />;
  if (model.isLoadingError) {
    return (
      <>
        <PageHeader title={offering} above={<BackToCatalogue />} />
        {errorStatus(model.error) === 404 ? (
          <EmptyState icon={IconHistory} title="Nothing in the catalogue has that name">
            It may have been renamed at its source; search the catalogue for it.
          </EmptyState>
        ) : (
          <ErrorState error={model.error} onRetry={() => void model.refetch()} />
        )}
      </>
    );
  }
  return <Model model={model.data} at={at} />;
}

function Model({ model, at }: { model: ModelDetail; at: Date | null }) {
  const isOperator = useMe().kind === "operator";
  const [params, change] = useAddressParams();
  const scale = scaleOf(params);
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const Rates = narrow ? RateCards : RatesTable;
  return (
    <>
      <PageHeader
        title={model.name ?? model.offering}
        description={model.name === null ? null : model.offering}
        above={<BackToCatalogue />}
      >
        <Badge variant="default" size="lg" fw={500}>
          {model.modality}
        </Badge>
        {isOperator ? (
          <Group gap={6}>
            <ListedSwitch offering={model.offering} listed={model.listed} />
            <Text size="sm">{model.listed ? "Sold here" : "Not sold"}</Text>
          </Group>
        ) : (
          !model.listed && (
            <Badge color="orange" variant="light" size="lg">
              Not sold
            </Badge>
          )
        )}
      </PageHeader>
      <Stack gap="lg">
        <Group gap="sm" align="flex-end">
          <TextInput
            type="datetime-local"
            label="Prices as of (UTC)"
            value={at === null ? "" : asOfText(at)}
            onChange={(event) => change({ at: event.currentTarget.value })}
            w={{ base: "100%", xs: 240 }}
          />
          {at !== null && (
            <Button variant="default" onClick={() => change({ at: null })}>
              Back to now
            </Button>
          )}
          <ScaleToggle value={scale} onChange={(next) => change(viewChange({ scale: next }))} />
        </Group>
        <OwnPricesNotice contract={model.contract} />
        <Panel
          title={at === null ? "Prices in force" : `Prices in force at ${instantText(at)}`}
          description={versionsText(model)}
          flush
        >
          {model.rates.length === 0 ? (
            <EmptyState
              icon={IconHistory}
              title={at === null ? "No rate is in force" : "No rate was in force then"}
            >
              {model.history.length > 0 && "Its earlier rates are kept: choose another instant."}
            </EmptyState>
          ) : (
            <Rates model={model} scale={scale} />
          )}
        </Panel>
        {model.listed && at === null && <DefaultRequest offering={model.offering} />}
        {isOperator && at === null && <OwnCostsPanel model={model} scale={scale} />}
        {isOperator && <AuthorityPanel offering={model.offering} />}
        {isOperator && <NamesPanel offering={model.offering} />}
        {isOperator && at === null && <RetirePanel offering={model.offering} />}
        <ModelFacts model={model} />
      </Stack>
    </>
  );
}

const BackToCatalogue = () => (
  <Anchor component={Link} to="/catalogue" size="sm" w="fit-content">
    <Group gap={4} component="span">
      <IconArrowLeft size={15} aria-hidden />
      Catalogue
    </Group>
  </Anchor>
);

const versionsText = ({ catalogueVersion, policyVersion }: ModelDetail): string =>
  catalogueVersion === null
    ? "Before the first catalogue version."
    : `Catalogue version ${catalogueVersion}, policy version ${policyVersion ?? "none"}. Open a rate to see where it comes from and how it changed.`;

/** An offering's id holds slashes, so it is all that stands behind the room's own path. */
function useOfferingOfAddress(): string {
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const rest = pathname.replace(/^\/catalogue\//, "");
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}
