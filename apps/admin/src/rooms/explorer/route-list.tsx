import { Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { ApiDocument, ApiRoute } from "./api-document.ts";
import classes from "./explorer.module.css";
import { MethodBadge } from "./method-badge.tsx";

type RouteListProps = { document: ApiDocument; selected: string | null; onSelect: (id: string) => void };

/** All routes by tag, with a filter over path and summary. */
export function RouteList({ document, selected, onSelect }: RouteListProps) {
  const [filter, setFilter] = useState("");
  const groups = document.tags
    .map((tag) => ({
      tag,
      routes: document.routes.filter((route) => route.tag === tag && matchesFilter(route, filter)),
    }))
    .filter(({ routes }) => routes.length > 0);
  return (
    <nav className={classes.list} aria-label="Routes">
      <TextInput
        aria-label="Filter routes"
        placeholder="Filter routes"
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      {groups.map(({ tag, routes }) => (
        <section key={tag} aria-label={tag}>
          <Text component="h2" size="xs" fw={600} c="dimmed" mt="md" mb={4} px={8}>
            {tag}
          </Text>
          {routes.map(({ id, method, path, summary }) => (
            <a
              key={id}
              href={`/explorer?route=${encodeURIComponent(id)}`}
              className={classes.item}
              title={summary}
              {...(id === selected && { "aria-current": "page" })}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onSelect(id);
              }}
            >
              <MethodBadge method={method} />
              <span className={classes.itemPath}>{path.replace(/^\/api/, "")}</span>
            </a>
          ))}
        </section>
      ))}
      {groups.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          No route matches “{filter}”.
        </Text>
      )}
    </nav>
  );
}

/** Every word of the filter stands somewhere in the route. */
function matchesFilter({ method, path, summary, tag }: ApiRoute, filter: string): boolean {
  const text = `${method} ${path} ${summary} ${tag}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
