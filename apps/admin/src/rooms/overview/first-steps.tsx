import { Anchor, Code, Group, List, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CopyButton } from "../../app/copy-button.tsx";
import { Panel } from "../../app/panel.tsx";
import { firstCall } from "./first-call.ts";

/** What to do on the first day: credits, a key, and a call that works as it stands. */
export function FirstSteps({ hasCredits, manages }: { hasCredits: boolean; manages: boolean }) {
  const call = firstCall(window.location.origin);
  return (
    <Panel title="First steps" description="No usage in the last 30 days. This goes away with the first.">
      <List type="ordered" spacing="sm" size="sm" aria-label="First steps">
        <List.Item>
          {hasCredits ? (
            "You have credits."
          ) : (
            <>
              <Anchor inherit renderRoot={(props) => <Link {...props} to="/billing" />}>
                Buy credits
              </Anchor>
              , or ask the platform for some.
            </>
          )}
        </List.Item>
        <List.Item>
          {manages ? (
            <Anchor inherit renderRoot={(props) => <Link {...props} to="/keys" />}>
              Make an API key
            </Anchor>
          ) : (
            "Ask an owner or admin for an API key"
          )}
          ; its text is shown once.
        </List.Item>
        <List.Item>
          <Text size="sm">Ask for your balance with it:</Text>
          <Code block mt={6} className="key-text" data-testid="first-call">
            {call}
          </Code>
          <Group justify="flex-end" mt={6}>
            <CopyButton text={call} label="Copy the call" words="Copy" />
          </Group>
        </List.Item>
        <List.Item>
          Call the platform as before: what it reports for you is debited here, with a receipt for each call.
        </List.Item>
      </List>
    </Panel>
  );
}
