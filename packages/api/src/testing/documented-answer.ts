import { allRoutes } from "../rest/all-routes.ts";
import { openapiDocument } from "../rest/openapi.ts";

const { paths = {} } = openapiDocument(allRoutes, "http://127.0.0.1");
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    method: method.toUpperCase(),
    // A model's name may hold slashes, so a last parameter matches them too.
    address: new RegExp(`^${path.replace(/\{\w+\}$/, ".+").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    statuses: Object.keys(Object(operation).responses),
  })),
);

/**
 * Throws where a documented route answers a status that the OpenAPI document does not name for it.
 *
 * @param path with or without its query; addresses outside the document may answer anything
 */
export function expectDocumented(method: string, path: string, status: number): void {
  const { pathname } = new URL(path, "http://127.0.0.1");
  const known = operations.filter((it) => it.method === method && it.address.test(pathname));
  if (known.length === 0 || known.some(({ statuses }) => statuses.includes(String(status)))) return;
  throw new Error(`${method} ${pathname} answered ${status}, which the OpenAPI document does not name`);
}
