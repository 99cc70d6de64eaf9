import { Alert, Text } from "@mantine/core";
import { errorSentence } from "../../app/error-sentence.ts";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { Facts } from "./facts.tsx";

type Preview = Api<"billing", "previewAdjustment">;

/** What an adjustment would do: balance, debt, and which credits burn in which order afterwards. */
export function AdjustPreview({ preview, error }: { preview: Preview | undefined; error: unknown }) {
  if (error) {
    return (
      <Alert color="red" variant="light" role="status">
        {errorSentence(error)}
      </Alert>
    );
  }
  if (preview === undefined) return null;
  const { before, after } = preview;
  return (
    <section aria-label="What it would do">
      <Facts>
        <Facts.Item name="Balance">
          <Money amount={before.balance} /> → <Money amount={after.balance} />
        </Facts.Item>
        {(before.debt > 0n || after.debt > 0n) && (
          <Facts.Item name="Debt">
            <Money amount={before.debt} /> → <Money amount={after.debt} />
          </Facts.Item>
        )}
      </Facts>
      <Text size="sm" fw={600} mt="xs">
        Burn order afterwards
      </Text>
      {after.grants.length === 0 ? (
        <Text size="sm" c="dimmed">
          No credits are left.
        </Text>
      ) : (
        <ol style={{ margin: "4px 0 0", paddingInlineStart: 22 }}>
          {after.grants.slice(0, MOST_SHOWN).map((grant) => {
            const fresh = !before.grants.some(({ id }) => id === grant.id);
            return (
              <li key={grant.id}>
                <Text size="sm" span style={{ overflowWrap: "anywhere" }}>
                  <Money amount={grant.remaining} /> {fresh ? "of this grant" : grant.source}
                </Text>
              </li>
            );
          })}
        </ol>
      )}
      {after.grants.length > MOST_SHOWN && (
        <Text size="xs" c="dimmed">
          and {after.grants.length - MOST_SHOWN} more
        </Text>
      )}
    </section>
  );
}

const MOST_SHOWN = 8;
