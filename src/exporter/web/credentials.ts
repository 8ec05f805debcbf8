/** What a client shows in its `Authorization` header. */
export type Credentials =
  | { readonly scheme: "basic"; readonly name: string; readonly password: string }
  | { readonly scheme: "bearer"; readonly token: string };

/** RFC 7617 and RFC 6750; undefined for everything else. */
export function credentialsOf(authorization: string | undefined): Credentials | undefined {
  const [, scheme = "", value = ""] = /^(basic|bearer) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? "") ?? [];
  if (scheme === "") return undefined;
  if (scheme.toLowerCase() === "bearer") return { scheme: "bearer", token: value };
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { scheme: "basic", name: text.slice(0, colon), password: text.slice(colon + 1) };
}
