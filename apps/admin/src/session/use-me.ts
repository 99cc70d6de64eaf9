import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Api, useTRPC } from "../app/trpc.ts";

/** Who is signed in. */
export type Me = NonNullable<Api<"accounts", "me">>;

/** Asks who is signed in; `data` is null for nobody. */
export const useSession = () => useQuery({ ...useTRPC().accounts.me.queryOptions(), staleTime: 60_000 });

export const MeContext = createContext<Me | null>(null);

/** Who is signed in, inside the shell, where somebody always is. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("useMe outside the shell");
  return me;
}

/** Whether this person manages their organization; operators manage everything. */
export const isManager = (me: Pick<Me, "kind" | "role">): boolean =>
  me.kind === "operator" || me.role === "owner" || me.role === "admin";
