import { type ReactNode, useEffect, useState } from "react";

type MoreFieldsProps = {
  /** Names what is in there: "Dates and place in the list". */
  label: string;
  /** The names of the fields in there, and what is wrong with the form's. */
  names: readonly string[];
  errors: { readonly [name: string]: ReactNode };
  /** One of them says something already. */
  isUsed: boolean;
  children: ReactNode;
};

/** Fields that are seldom needed, folded; open where one of them is in use or wrong. */
export function MoreFields({ label, names, errors, isUsed, children }: MoreFieldsProps) {
  const [opened, setOpened] = useState(isUsed);
  const isWrong = names.some((name) => errors[name] !== undefined);
  // The errors are others after each attempt, which opens it again.
  useEffect(() => {
    if (isWrong) setOpened(true);
  }, [errors, isWrong]);
  return (
    <details className="more-fields" open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{label}</summary>
      <div className="more-fields-body">{children}</div>
    </details>
  );
}
