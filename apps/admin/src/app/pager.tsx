import { Button, Group, Text } from "@mantine/core";

type PagerProps = {
  page: number;
  /** Null where this is the last page. */
  nextCursor: string | number | null | undefined;
  onBack: () => void;
  onNext: () => void;
  /** What is listed, in the plural, with how many there are where that is known. */
  note?: string;
};

/** Older and newer pages of a list; nothing where there is one page only. */
export function Pager({ page, nextCursor, onBack, onNext, note }: PagerProps) {
  const more = nextCursor !== null && nextCursor !== undefined;
  if (page === 1 && !more) return null;
  return (
    <Group justify="space-between" px="md" py="sm" className="pager" component="nav" aria-label="Pages">
      <Text size="sm" c="dimmed">
        Page {page}
        {note && ` · ${note}`}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={page === 1} onClick={onBack}>
          Newer
        </Button>
        <Button size="xs" variant="default" disabled={!more} onClick={onNext}>
          Older
        </Button>
      </Group>
    </Group>
  );
}
