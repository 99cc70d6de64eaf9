import { Anchor, Text } from "@mantine/core";
import { CopyButton } from "../../app/copy-button.tsx";
import { mailParts } from "./mail-parts.ts";

/** A mail's text with its links to click and to copy. */
export const MailText = ({ text }: { text: string }) => (
  <Text size="sm" component="div" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
    {mailParts(text).map((part) =>
      part.href === null ? (
        part.text
      ) : (
        <span key={part.start}>
          <Anchor href={part.href} inherit>
            {part.text}
          </Anchor>
          <CopyButton text={part.href} label="Copy the link" />
        </span>
      ),
    )}
  </Text>
);
