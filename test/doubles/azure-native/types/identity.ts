import { guid, subscriptionOf } from "../ids.ts";
import { isObject, one, type Properties, type Value, texts } from "../values.ts";
import type { Write } from "./type.ts";

/** The `identity` of a resource as Azure answers it: its own principal, and the users' identities by id. */
export function identity({ id, inputs, state }: Write): Properties {
  const type = one(inputs, "identity.type");
  if (typeof type !== "string") return {};
  const given = isObject(inputs["identity"]) ? inputs["identity"]["userAssignedIdentities"] : undefined;
  // The SDK takes a list of ids, and gives back a map.
  const ids = Array.isArray(given) ? texts(given, "") : Object.keys(isObject(given) ? given : {});
  const users = ids.map((user): [string, Value] => [
    user,
    {
      principalId: one(state.find(user)?.outputs, "principalId") ?? "",
      clientId: one(state.find(user)?.outputs, "clientId") ?? "",
    },
  ]);
  return {
    identity: {
      type,
      ...(type.includes("SystemAssigned")
        ? { principalId: guid(id, "principal"), tenantId: guid(subscriptionOf(id), "tenant") }
        : {}),
      ...(users.length === 0 ? {} : { userAssignedIdentities: Object.fromEntries(users) }),
    },
  };
}
