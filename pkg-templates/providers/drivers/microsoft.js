// What the drivers of Microsoft's services share: clouds, and tokens of Entra ID.
import { accountOf, bearer } from "../auth.js";

/** The route and host of a service in a cloud: global, usgov or cn. */
export function cloudOf(route, cloud, { service, invalid }) {
  const { title, upstream, clouds = {} } = service(route);
  if (cloud === undefined || cloud === "global") return { route, base: upstream };
  if (Object.hasOwn(clouds, cloud)) return { route: `${route}-${cloud}`, base: clouds[cloud] };
  throw invalid(`connect: ${title} has no cloud ${JSON.stringify(cloud)} (there are: ${["global", ...Object.keys(clouds)].join(", ")})`);
}

/**
 * Who asks, for one scope after another: `entra(context, { example })(scope)` is what authorizes requests. A user who signs in
 * does so once, in the cloud and the tenant that are known unless `auth` has others. Without `auth` the proxy has to know.
 */
export function entra(context, { example, cloud, tenant }) {
  const { auth, hasProxy, invalid } = context;
  if (auth === undefined && !hasProxy) throw invalid(`connect: there is no \`auth\`; pass ${example}, or a token`);
  const signingIn = auth?.clientId !== undefined;
  const account = accountOf(signingIn ? { ...(cloud && { cloud }), ...(tenant && { tenant }), ...auth } : auth, context);
  return (scope) => bearer(account, scope, context);
}
