import { Checkbox, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { errorSentence } from "../../app/error-sentence.ts";
import { instantText } from "../../app/instant-text.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";

type Preview = Api<"catalog", "grantBackPreview">;

type GrantBackChoiceProps = {
  ids: readonly string[];
  /** Undefined leaves it to the policy. */
  chosen: boolean | undefined;
  onChoose: (grantBack: boolean) => void;
};

/** Whether approved decreases are given back to those who paid the old price since; what it comes to stands beside it. */
export function GrantBackChoice({ ids, chosen, onChoose }: GrantBackChoiceProps) {
  const preview = useQuery(useTRPC().catalog.grantBackPreview.queryOptions({ ids: [...ids] }));
  if (preview.isPending) return <Skeleton h={48} aria-busy="true" aria-label="Looking at past usage" />;
  if (preview.isError) {
    return (
      <Text size="sm" c="red.9" role="alert">
        What the decrease would give back is not known: {errorSentence(preview.error)}
      </Text>
    );
  }
  const { data } = preview;
  if (data.decreases.length === 0) return null;
  return (
    <Checkbox
      label="Give the difference back as credits"
      description={previewText(data)}
      checked={chosen ?? data.byPolicy}
      onChange={(event) => onChoose(event.currentTarget.checked)}
    />
  );
}

/** What a grant-back comes to, as sentences. */
export function previewText({ decreases, events, customers, inFavour, complete }: Preview): string {
  const since = new Date(Math.min(...decreases.map((decrease) => decrease.since.getTime())));
  const from = `Since ${instantText(since)}, when the lower price was first read`;
  if (events === 0) return `${from}, nobody paid more than it.`;
  const more = complete ? "" : " There is more usage than was looked at here; all of it is given back.";
  return `${from}: ${moneyText(inFavour)} for ${counted(events, "debit")} of ${counted(customers, "customer")}. It can be taken back later.${more}`;
}

/** Said once a decision is made. */
export const grantBackText = (grantBacks: number): string =>
  grantBacks === 0 ? "" : " The difference is given back within minutes.";

const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? word : `${word}s`}`;
