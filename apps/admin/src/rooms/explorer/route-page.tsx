import { Button, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ErrorState } from "../../app/error-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import type { ApiRoute } from "./api-document.ts";
import {
  BODY_FIELD,
  type BuiltRequest,
  buildRequest,
  type DraftIssue,
  fieldOf,
  KEY_FIELD,
  keyProblem,
} from "./build-request.ts";
import { CodeBlock } from "./code-block.tsx";
import { CodeWords } from "./code-words.tsx";
import { curlText } from "./curl-text.ts";
import classes from "./explorer.module.css";
import { initialDraft } from "./initial-draft.ts";
import type { Schemas } from "./json-schema.ts";
import { LivePrice } from "./live-price.tsx";
import { MethodBadge } from "./method-badge.tsx";
import { ParameterField } from "./parameter-field.tsx";
import { isPriced } from "./priced-body.ts";
import { RouteReference } from "./route-reference.tsx";
import { runRequest } from "./run-request.ts";

type RoutePageProps = { route: ApiRoute; schemas: Schemas; apiKey: string };

/** One route: what it does, a form that runs it, the same as curl, and what it may answer. */
export function RoutePage({ route, schemas, apiKey }: RoutePageProps) {
  const [draft, setDraft] = useState(() => initialDraft(route, schemas, () => crypto.randomUUID()));
  // Problems are shown once somebody tried, and then as they are solved.
  const [tried, setTried] = useState(false);
  const run = useMutation({
    mutationFn: (request: BuiltRequest) => runRequest(request, apiKey),
    meta: { reads: true },
  });
  const built = buildRequest(route, draft);
  const keyIssue = route.needsKey ? keyProblem(apiKey) : null;
  const issues: DraftIssue[] = [
    ...(built.ok ? [] : built.error),
    ...(keyIssue === null ? [] : [{ field: KEY_FIELD, message: keyIssue }]),
  ];
  const errorOf = (field: string): string | null =>
    tried ? (issues.find((issue) => issue.field === field)?.message ?? null) : null;
  const setBody = (body: string) => setDraft({ ...draft, body });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (built.ok && keyIssue === null) run.mutate(built.value);
  };
  const priced = isPriced(route, schemas);
  return (
    <div className={priced ? classes.withPrice : undefined}>
      <Stack gap="lg" miw={0}>
        <RouteTitle route={route} />
        <Panel title="Request">
          <form onSubmit={submit} noValidate>
            <Stack gap="md">
              {route.parameters.map((parameter) => (
                <ParameterField
                  key={fieldOf(parameter)}
                  parameter={parameter}
                  value={draft.values[fieldOf(parameter)] ?? ""}
                  error={errorOf(fieldOf(parameter))}
                  onChange={(value) =>
                    setDraft({ ...draft, values: { ...draft.values, [fieldOf(parameter)]: value } })
                  }
                />
              ))}
              {route.body && (
                <Textarea
                  label="Body"
                  description="JSON"
                  value={draft.body}
                  onChange={(event) => setBody(event.currentTarget.value)}
                  error={errorOf(BODY_FIELD)}
                  autosize
                  minRows={4}
                  maxRows={24}
                  spellCheck={false}
                  classNames={{ input: classes.mono ?? "" }}
                />
              )}
              <Group gap="md">
                <Button
                  type="submit"
                  loading={run.isPending}
                  leftSection={<IconPlayerPlay size={16} aria-hidden />}
                >
                  Run
                </Button>
                {tried && issues.length > 0 && (
                  <Text size="sm" c="var(--mantine-color-error)" role="alert">
                    {sentence(errorOf(KEY_FIELD) ?? "Some fields need attention")}
                  </Text>
                )}
              </Group>
            </Stack>
          </form>
        </Panel>
        {run.isError && <ErrorState error={run.error} />}
        {run.data && <AnswerPanel answer={run.data} />}
        <Panel title="As curl">
          {built.ok ? (
            <CodeBlock text={curlText(built.value, location.origin)} label="curl command" />
          ) : (
            <Text size="sm" c="dimmed">
              {sentence(built.error.map(({ message }) => message).join("; "))} — then the command stands here.
            </Text>
          )}
        </Panel>
        <RouteReference route={route} schemas={schemas} />
      </Stack>
      {priced && (
        <aside aria-label="Live price" className={classes.price}>
          <LivePrice body={draft.body} onBody={setBody} />
        </aside>
      )}
    </div>
  );
}

const RouteTitle = ({ route: { method, path, summary, description, needsKey } }: { route: ApiRoute }) => (
  <Stack gap={6}>
    <Title order={2}>{summary}</Title>
    <Group gap="xs" wrap="nowrap" align="baseline">
      <MethodBadge method={method} />
      <span className={classes.path}>{path}</span>
    </Group>
    <Text size="sm" c="dimmed">
      <CodeWords text={description === "" ? "" : `${description} `} />
      {needsKey ? "Needs an API key." : "Public: no key needed."}
    </Text>
  </Stack>
);

/** The first letter in upper case. */
const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
