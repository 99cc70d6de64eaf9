import { Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { fieldErrors } from "../../app/field-errors.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { MoreFields } from "../../app/more-fields.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { dayStart, typedDay } from "./form-days.ts";
import type { Promotion } from "./promotions-panel.tsx";
import { countProblem, dollarField, dollarProblem } from "./typed-terms.ts";

/** Makes a promotion, or changes it whole; its codes can be added and switched off, never taken away. */
export function PromotionModal({ promotion, onClose }: { promotion: Promotion | null; onClose: () => void }) {
  const trpc = useTRPC();
  const packs = useQuery(trpc.payments.allPacks.queryOptions());
  const form = useForm({
    initialValues: {
      label: promotion?.label ?? "",
      percent: promotion === null ? "10" : String(promotion.bonusBps / 100),
      bonus: promotion === null ? "0" : typedDollars(promotion.bonus),
      packId: promotion?.packId ?? "",
      minPurchase: promotion === null ? "0" : typedDollars(promotion.minPurchase),
      startsOn: typedDay(promotion?.startsAt ?? new Date()),
      endsOn: typedDay(promotion?.endsAt ?? null),
      perCustomer: promotion?.perCustomerLimit?.toString() ?? "",
      bonusDays: promotion?.bonusDays?.toString() ?? "",
      codes:
        promotion?.codes
          .filter(({ active }) => active)
          .map(({ code }) => code)
          .join(" ") ?? "",
      maxUses: promotion?.codes[0]?.maxUses?.toString() ?? "",
      active: promotion?.active ?? true,
    },
    validate: {
      label: (text) => (text.trim() === "" ? "Name it: customers read this." : null),
      percent: (text) => (/^\d{1,4}(\.\d{1,2})?$/.test(text) ? null : "A percentage of at most two places."),
      bonus: dollarProblem,
      minPurchase: dollarProblem,
      startsOn: (day) => (day === "" ? "Say from when." : null),
      perCustomer: wholeOrNone,
      bonusDays: wholeOrNone,
      maxUses: wholeOrNone,
      codes: (text) =>
        codesOf(text).every((code) => /^[A-Za-z0-9_-]{3,40}$/.test(code))
          ? null
          : "Codes of 3 to 40 letters, digits, - or _, with a space between.",
    },
  });
  const save = useMutation(
    trpc.payments.savePromotion.mutationOptions({
      onSuccess: () => {
        notifyDone("The promotion is saved.");
        onClose();
      },
      onError: (error) => form.setErrors(fieldErrors(error)),
    }),
  );
  const send = form.onSubmit((values) => {
    const bonus = readDollars(values.bonus);
    const minPurchase = readDollars(values.minPurchase);
    const startsAt = dayStart(values.startsOn);
    if (!bonus.ok || !minPurchase.ok || startsAt === null) return;
    const wanted = codesOf(values.codes).map((code) => code.toUpperCase());
    const dropped = promotion?.codes.filter(({ code }) => !wanted.includes(code)) ?? [];
    save.mutate({
      ...(promotion !== null && { id: promotion.id }),
      label: values.label.trim(),
      bonusBps: basisPoints(values.percent),
      bonus: bonus.value,
      packId: values.packId === "" ? null : values.packId,
      minPurchase: minPurchase.value,
      startsAt:
        promotion !== null && values.startsOn === typedDay(promotion.startsAt)
          ? promotion.startsAt
          : startsAt,
      endsAt: dayStart(values.endsOn),
      perCustomerLimit: numberOrNull(values.perCustomer),
      bonusDays: numberOrNull(values.bonusDays),
      needsCode: wanted.length > 0,
      active: values.active,
      codes: [
        ...wanted.map((code) => ({ code, maxUses: numberOrNull(values.maxUses), active: true })),
        ...dropped.map(({ code, maxUses }) => ({ code, maxUses, active: false })),
      ],
    });
  });
  return (
    <FormModal
      opened
      title={promotion === null ? "New promotion" : `Change ${promotion.label}`}
      submitLabel="Save the promotion"
      pending={save.isPending}
      error={save.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Customers read it"
        withAsterisk
        maxLength={120}
        {...form.getInputProps("label")}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Bonus in percent"
          inputMode="decimal"
          rightSection="%"
          {...form.getInputProps("percent")}
        />
        <TextInput
          label="Codes"
          description="Empty: it needs none"
          autoComplete="off"
          {...form.getInputProps("codes")}
        />
        <TextInput label="From (UTC)" type="date" withAsterisk {...form.getInputProps("startsOn")} />
        <TextInput label="Until, not included (UTC)" type="date" {...form.getInputProps("endsOn")} />
      </SimpleGrid>
      <MoreFields
        label="A fixed bonus, which purchases, and how often"
        names={["bonus", "minPurchase", "packId", "perCustomer", "bonusDays", "maxUses"]}
        errors={form.errors}
        isUsed={promotion !== null && hasMore(promotion)}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="And a fixed bonus" {...dollarField} {...form.getInputProps("bonus")} />
          <TextInput label="For purchases from" {...dollarField} {...form.getInputProps("minPurchase")} />
          <Select
            label="For the pack"
            allowDeselect={false}
            data={[
              { value: "", label: "Every purchase" },
              ...(packs.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            {...form.getInputProps("packId")}
          />
          <TextInput
            label="Bonus lasts, days"
            description="Empty: for ever"
            inputMode="numeric"
            {...form.getInputProps("bonusDays")}
          />
          <TextInput
            label="Uses a customer"
            description="Empty: any number"
            inputMode="numeric"
            {...form.getInputProps("perCustomer")}
          />
          <TextInput
            label="Uses of each code"
            description="Empty: any number"
            inputMode="numeric"
            {...form.getInputProps("maxUses")}
          />
        </SimpleGrid>
      </MoreFields>
      <Switch label="Running" {...form.getInputProps("active", { type: "checkbox" })} />
    </FormModal>
  );
}

/** Whether it says something that is folded. */
const hasMore = ({ bonus, minPurchase, packId, perCustomerLimit, bonusDays, codes }: Promotion): boolean =>
  bonus > 0n ||
  minPurchase > 0n ||
  [packId, perCustomerLimit, bonusDays, codes[0]?.maxUses ?? null].some((value) => value !== null);

const codesOf = (text: string): string[] => text.split(/[\s,]+/).filter((code) => code !== "");
const numberOrNull = (text: string): number | null => (text.trim() === "" ? null : Number(text));
const wholeOrNone = (text: string): string | null => (text.trim() === "" ? null : countProblem(text));

/** "10.25" percent as 1025, digit by digit: no float takes part. */
function basisPoints(percent: string): number {
  const [whole = "0", part = ""] = percent.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}
