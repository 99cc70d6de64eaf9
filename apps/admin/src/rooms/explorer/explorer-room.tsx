import { Box, Select, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconApi } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { useAddressParams } from "../../app/use-address-params.ts";
import type { ApiDocument, ApiRoute } from "./api-document.ts";
import { DocumentedLines } from "./documented-lines-panel.tsx";
import classes from "./explorer.module.css";
import { fetchApiDocument } from "./fetch-document.ts";
import { KeyBox } from "./key-box.tsx";
import { RouteList } from "./route-list.tsx";
import { RoutePage } from "./route-page.tsx";

/** Every REST route of this server, from its own OpenAPI document: to read, to run with one's own key, to copy as curl. */
export function ExplorerRoom() {
  const document = useQuery({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => fetchApiDocument(signal),
    staleTime: 60_000,
  });
  if (document.isPending) return <LoadingRoom />;
  return (
    <>
      <PageHeader
        title="API Explorer"
        description="Every route of this server, from its OpenAPI document. Run one with your own key, or copy it as curl."
      />
      {document.isError ? (
        <ErrorState error={document.error} onRetry={() => void document.refetch()} />
      ) : (
        <Explorer document={document.data} />
      )}
    </>
  );
}

function Explorer({ document }: { document: ApiDocument }) {
  const [params, change] = useAddressParams();
  // In memory only: a reload forgets it, and nothing ever writes it down.
  const [key, setKey] = useState("");
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const selected = document.routes.find(({ id }) => id === params.get("route")) ?? null;
  const open = (id: string | null) => change({ route: id }, "push");
  return (
    <Box className={classes.layout}>
      {narrow ? (
        <Select
          label="Route"
          data={selectData(document)}
          value={selected?.id ?? null}
          onChange={open}
          placeholder="Choose a route"
          searchable
          clearable
          nothingFoundMessage="No route like that"
        />
      ) : (
        <RouteList document={document} selected={selected?.id ?? null} onSelect={open} />
      )}
      <Stack gap="lg" miw={0}>
        <KeyBox value={key} onChange={setKey} />
        {selected === null ? (
          <Start document={document} onOpen={open} />
        ) : (
          // Keyed, so that what was typed for one route does not show up in another.
          <RoutePage key={selected.id} route={selected} schemas={document.schemas} apiKey={key} />
        )}
      </Stack>
    </Box>
  );
}

const Start = ({ document, onOpen }: { document: ApiDocument; onOpen: (id: string) => void }) =>
  document.routes.length === 0 ? (
    <EmptyState icon={IconApi} title="No route is documented">
      The server's OpenAPI document is empty.
    </EmptyState>
  ) : (
    <>
      <DocumentedLines routes={document.routes} onOpen={onOpen} />
      <Text size="sm" c="dimmed">
        {document.routes.length} routes. The document itself is at{" "}
        <a href="/api/openapi.json" className={classes.link}>
          /api/openapi.json
        </a>
        .
      </Text>
    </>
  );

const selectData = ({ tags, routes }: ApiDocument) =>
  tags.flatMap((tag) => {
    const items = routes.filter((route) => route.tag === tag);
    return items.length === 0 ? [] : [{ group: tag, items: items.map(asOption) }];
  });

const asOption = ({ id, method, path }: ApiRoute) => ({ value: id, label: `${method} ${path}` });
