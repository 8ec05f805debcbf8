/** Digits alone, as a number that JavaScript holds exactly; undefined where it is not one: a sign, NaN, too many digits. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
