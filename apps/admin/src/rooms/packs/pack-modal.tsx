import { SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { fieldErrors } from "../../app/field-errors.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { MoreFields } from "../../app/more-fields.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { dayStart, typedDay } from "./form-days.ts";
import type { Pack } from "./packs-panel.tsx";
import { dollarField, dollarProblem, placeProblem, slugProblem } from "./typed-terms.ts";

/** Makes a pack, or changes it whole; its slug names it for ever. */
export function PackModal({ pack, onClose }: { pack: Pack | null; onClose: () => void }) {
  const form = useForm({
    initialValues: {
      slug: pack?.slug ?? "",
      name: pack?.name ?? "",
      description: pack?.description ?? "",
      price: pack === null ? "" : typedDollars(pack.price),
      bonus: pack === null ? "0" : typedDollars(pack.ownBonus),
      sortOrder: String(pack?.sortOrder ?? 0),
      activeFrom: typedDay(pack?.activeFrom ?? null),
      activeUntil: typedDay(pack?.activeUntil ?? null),
      onSale: pack?.onSale ?? true,
    },
    validate: {
      slug: slugProblem,
      name: (text) => (text.trim() === "" ? "Name it." : null),
      price: dollarProblem,
      bonus: dollarProblem,
      sortOrder: placeProblem,
    },
  });
  const save = useMutation(
    useTRPC().payments.savePack.mutationOptions({
      onSuccess: ({ name }) => {
        notifyDone(`${name} is saved.`);
        onClose();
      },
      onError: (error) => form.setErrors(fieldErrors(error)),
    }),
  );
  const send = form.onSubmit((values) => {
    const price = readDollars(values.price);
    const bonus = readDollars(values.bonus);
    if (!price.ok || !bonus.ok) return;
    save.mutate({
      slug: values.slug,
      name: values.name.trim(),
      description: values.description.trim(),
      price: price.value,
      bonus: bonus.value,
      sortOrder: Number(values.sortOrder),
      active: values.onSale,
      activeFrom: dayStart(values.activeFrom),
      activeUntil: dayStart(values.activeUntil),
    });
  });
  return (
    <FormModal
      opened
      title={pack === null ? "New pack" : `Change ${pack.name}`}
      submitLabel="Save the pack"
      pending={save.isPending}
      error={save.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput
        label="Slug"
        description="Names the pack in the API, for ever"
        withAsterisk
        disabled={pack !== null}
        {...form.getInputProps("slug")}
      />
      <TextInput label="Name" withAsterisk maxLength={80} {...form.getInputProps("name")} />
      <TextInput label="Description" maxLength={400} {...form.getInputProps("description")} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Price" withAsterisk {...dollarField} {...form.getInputProps("price")} />
        <TextInput label="Its own bonus" {...dollarField} {...form.getInputProps("bonus")} />
      </SimpleGrid>
      <MoreFields
        label="Days on sale, and place in the list"
        names={["activeFrom", "activeUntil", "sortOrder"]}
        errors={form.errors}
        isUsed={pack !== null && (pack.activeFrom !== null || pack.activeUntil !== null)}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="On sale from (UTC)" type="date" {...form.getInputProps("activeFrom")} />
          <TextInput label="Until, not included (UTC)" type="date" {...form.getInputProps("activeUntil")} />
          <TextInput label="Place in the list" inputMode="numeric" {...form.getInputProps("sortOrder")} />
        </SimpleGrid>
      </MoreFields>
      <Switch label="On sale" {...form.getInputProps("onSale", { type: "checkbox" })} />
    </FormModal>
  );
}
