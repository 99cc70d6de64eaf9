import { Anchor, Text } from "@mantine/core";
import { Instant } from "../../app/age.tsx";
import { CopyButton } from "../../app/copy-button.tsx";
import { type Evidence, markedParts } from "./evidence.ts";
import classes from "./proposals.module.css";

/** The passage of the source's document a price was read from, as text, with the number marked. */
export function DocumentExcerpt({ excerpt }: { excerpt: NonNullable<Evidence["excerpt"]> }) {
  const { text, mark, url, fetchedAt, sha256, where } = excerpt;
  const { before, marked, after } = markedParts(text, mark);
  return (
    <>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section className={classes.excerpt} aria-label="What the document says" tabIndex={0}>
        <pre>
          {before}
          {marked !== "" && <mark className={classes.mark}>{marked}</mark>}
          {after}
        </pre>
      </section>
      {mark === null && (
        <Text size="sm" c="dimmed" mt="xs">
          The place the price was read from is not found in the text any more; this is what is nearest.
        </Text>
      )}
      <dl className={classes.facts}>
        <dt>Document</dt>
        <dd>
          {/^https:\/\//.test(url) ? (
            <Anchor href={url} target="_blank" rel="noreferrer noopener" size="sm">
              {url}
            </Anchor>
          ) : (
            url
          )}
        </dd>
        <dt>Fetched</dt>
        <dd>
          <Instant at={fetchedAt} />
        </dd>
        <dt>Place in it</dt>
        <dd className="mono">{where ?? "not stated"}</dd>
        <dt>SHA-256</dt>
        <dd>
          <span className="mono">{sha256.slice(0, 16)}…</span>{" "}
          <CopyButton text={sha256} label="Copy the document's SHA-256" />
        </dd>
      </dl>
    </>
  );
}
