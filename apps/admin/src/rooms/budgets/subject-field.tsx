import { Autocomplete, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../app/trpc.ts";
import { keyState } from "../keys/scopes.ts";
import { type Subject, subjectWords } from "./subject-text.ts";

type SubjectFieldProps = {
  customer: string;
  subject: Exclude<Subject, "organization">;
  value: string;
  onChange: (value: string) => void;
  error?: unknown;
};

/** Names a subject: what usage has named is offered, keys are chosen. */
export function SubjectField({ customer, subject, value, onChange, error }: SubjectFieldProps) {
  const trpc = useTRPC();
  const named = useQuery({
    ...trpc.billing.summary.queryOptions({ customer }),
    enabled: subject === "agent" || subject === "app",
  });
  const keys = useQuery({ ...trpc.accounts.keys.queryOptions({ customer }), enabled: subject === "key" });
  const shown = { value, error: typeof error === "string" ? error : null, withAsterisk: true };
  if (subject === "key") {
    const active = (keys.data ?? []).filter((key) => keyState(key, new Date()) === "active");
    return (
      <Select
        {...shown}
        label="API key"
        searchable
        data={active.map(({ id, name, lastFour }) => ({ value: id, label: `${name} (…${lastFour})` }))}
        onChange={(id) => onChange(id ?? "")}
      />
    );
  }
  const known = subject === "agent" ? named.data?.agents : subject === "app" ? named.data?.apps : [];
  return (
    <Autocomplete
      {...shown}
      label={subject === "member" ? "Person's id" : `${subjectWords[subject]}'s id`}
      description="As usage names it"
      data={(known ?? []).map(({ id }) => id)}
      onChange={onChange}
    />
  );
}
