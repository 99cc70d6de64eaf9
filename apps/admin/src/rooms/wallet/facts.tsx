import type { ReactNode } from "react";

/** Names with their values, one under the other. */
export const Facts = ({ children }: { children: ReactNode }) => <dl className="facts">{children}</dl>;

const Item = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
Facts.Item = Item;
