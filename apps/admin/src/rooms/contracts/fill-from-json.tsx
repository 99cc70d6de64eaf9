import { Button, JsonInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { issueSentence } from "@ratebook/api/inputs";
import { ContractTerms, err, ok, type Result } from "@ratebook/core";
import { FormModal } from "../../app/form-modal.tsx";
import { termsDraft } from "./terms-draft.ts";
import type { TermsForm } from "./terms-form.ts";

/** Fills the form with terms copied elsewhere as JSON; the form is what counts from then on. */
export function FillFromJson({ form }: { form: TermsForm }) {
  const [opened, { open, close }] = useDisclosure(false);
  const paste = useForm({
    initialValues: { json: "" },
    validate: {
      json: (text) => {
        const read = readJson(text);
        return read.ok ? null : read.error;
      },
    },
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        Fill from JSON
      </Button>
      <FormModal
        opened={opened}
        title="Fill the form from JSON"
        submitLabel="Fill the form"
        pending={false}
        error={null}
        onClose={close}
        onSubmit={paste.onSubmit(({ json }) => {
          const read = readJson(json);
          if (!read.ok) return;
          form.setValues(termsDraft(read.value));
          form.clearErrors();
          paste.reset();
          close();
        })}
      >
        <JsonInput
          label="Terms"
          description="What the form says now is replaced"
          autosize
          minRows={8}
          maxRows={20}
          data-autofocus
          {...paste.getInputProps("json")}
        />
      </FormModal>
    </>
  );
}

function readJson(text: string): Result<ContractTerms, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err("This is no JSON.");
  }
  const read = ContractTerms.safeParse(json, { error: issueSentence });
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  return err(`${issue?.path.join(".") || "The terms"}: ${issue?.message ?? "are not well-formed"}.`);
}
