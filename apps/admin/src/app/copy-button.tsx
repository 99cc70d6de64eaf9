import { ActionIcon, Button, CopyButton as MantineCopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** Copies a text; says so when done. An icon, or a button with words where `words` is given. */
export const CopyButton = ({ text, label, words }: { text: string; label: string; words?: string }) => (
  <MantineCopyButton value={text} timeout={2000}>
    {({ copied, copy }) =>
      words === undefined ? (
        <Tooltip label={copied ? "Copied" : label}>
          <ActionIcon
            className="copy-icon"
            variant="subtle"
            color="gray"
            size="sm"
            onClick={copy}
            aria-label={copied ? "Copied" : label}
          >
            {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      ) : (
        <Button
          variant="default"
          onClick={copy}
          aria-label={copied ? "Copied" : label}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        >
          {copied ? "Copied" : words}
        </Button>
      )
    }
  </MantineCopyButton>
);
