/** A vendor's time, ISO 8601 in UTC; undefined where it gives none to be read. */
export function utc(text: string | undefined): string | undefined {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
