import { Alert, Box, Button, Container, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconClockExclamation, IconTags } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { Age } from "../app/age.tsx";
import { ColorSchemeToggle } from "../app/color-scheme-toggle.tsx";
import { EmptyState } from "../app/empty-state.tsx";
import { ErrorState } from "../app/error-state.tsx";
import { LoadingRows } from "../app/loading.tsx";
import { useTRPC } from "../app/trpc.ts";
import { useAddressParams } from "../app/use-address-params.ts";
import { Wordmark } from "../app/wordmark.tsx";
import { CatalogueFilters } from "../rooms/catalogue/catalogue-filters.tsx";
import { type CatalogueView, readView, viewChange } from "../rooms/catalogue/catalogue-view.ts";
import { OwnPricesNotice } from "../rooms/catalogue/own-prices-notice.tsx";
import { useModels } from "../rooms/catalogue/use-models.ts";
import { PriceSheet } from "./price-sheet.tsx";
import classes from "./prices.module.css";

/** What everything sold here costs, for anybody: the prices that quotes and debits use, with their age. */
export function PricePage() {
  const [params, change] = useAddressParams();
  const view = readView(params, false);
  useEffect(() => {
    document.title = "Prices · Ratebook";
  }, []);
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Container size={1080} className={classes.barInner}>
          <Link to="/prices" className="wordmark-link" aria-label="Ratebook, all prices">
            <Wordmark />
          </Link>
          <Group gap="xs" ml="auto" wrap="nowrap">
            <ColorSchemeToggle />
            <Button component={Link} to="/sign-in" variant="default" size="sm">
              Sign in
            </Button>
          </Group>
        </Container>
      </header>
      <Container component="main" size={1080} className={classes.main}>
        <Stack gap="lg">
          <div>
            <Title order={1} className={classes.title}>
              Prices
            </Title>
            <Text c="dimmed" maw={640} mt={6}>
              What a call costs is what stands here: quotes and debits are made from this very list. All
              prices are in US dollars; one credit is one dollar.
            </Text>
            <Currency />
          </div>
          <CatalogueFilters view={view} isOperator={false} onChange={(next) => change(viewChange(next))} />
          <Models view={view} onClear={() => change({ q: null, provider: null, modality: null })} />
        </Stack>
      </Container>
    </div>
  );
}

/** How current the list is as a whole. */
function Currency() {
  const summary = useQuery(useTRPC().pricing.summary.queryOptions(undefined, { refetchInterval: 60_000 }));
  if (!summary.data) return null;
  const { asOf, stale, catalogueVersion, contract } = summary.data;
  return (
    <>
      {asOf !== null && (
        <Text size="sm" c="dimmed" mt={6}>
          Oldest check at a source: <Age at={asOf} /> · catalogue version {catalogueVersion}
        </Text>
      )}
      {contract !== null && (
        <Box mt="md">
          <OwnPricesNotice contract={contract} />
        </Box>
      )}
      {stale && (
        <Alert
          mt="md"
          color="orange"
          variant="light"
          icon={<IconClockExclamation size={18} aria-hidden />}
          title="Some prices are older than they should be"
        >
          Their source has not answered for longer than its freshness allows. They are marked, and they are
          still what is billed.
        </Alert>
      )}
    </>
  );
}

function Models({ view, onClear }: { view: CatalogueView; onClear: () => void }) {
  const models = useModels(view);
  if (models.isError) return <ErrorState error={models.error} onRetry={() => void models.refetch()} />;
  if (!models.data) return <LoadingRows rows={8} />;
  const items = models.data.pages.flatMap((page) => page.items);
  const total = models.data.pages[0]?.total ?? 0;
  if (items.length === 0) {
    const filtered = view.search !== "" || view.provider !== null || view.modality !== null;
    return (
      <Paper withBorder>
        <EmptyState
          icon={IconTags}
          title={filtered ? "No model matches" : "Nothing is sold yet"}
          action={
            filtered && (
              <Button variant="default" onClick={onClear}>
                Clear the filters
              </Button>
            )
          }
        >
          {filtered ? "Every word of the search has to occur in the name, the id or an alias." : undefined}
        </EmptyState>
      </Paper>
    );
  }
  return (
    <Box aria-busy={models.isPlaceholderData}>
      <Stack gap="xl">
        {[...Map.groupBy(items, ({ provider }) => provider)].map(([provider, group]) => (
          <PriceSheet key={provider} provider={provider} items={group} scale={view.scale} />
        ))}
      </Stack>
      <Stack align="center" gap="xs" mt="lg">
        <Text size="sm" c="dimmed" role="status">
          {items.length} of {total} {total === 1 ? "model" : "models"}
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
    </Box>
  );
}
