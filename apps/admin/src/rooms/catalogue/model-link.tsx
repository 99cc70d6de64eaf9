import { Link } from "@tanstack/react-router";
import classes from "./catalogue.module.css";
import type { TokenScale } from "./unit-price.ts";

type ModelLinkProps = { offering: string; name: string | null; scale: TokenScale };

/** An offering's name and id, leading to its page. */
export const ModelLink = ({ offering, name, scale }: ModelLinkProps) => (
  <>
    <Link
      to="/catalogue/$"
      params={{ _splat: offering }}
      search={scale === "1k" ? { per: scale } : {}}
      className={classes.model}
    >
      {name ?? offering}
    </Link>
    {name !== null && <div className={classes.id}>{offering}</div>}
  </>
);
