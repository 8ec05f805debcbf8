/**
 * Windows' names of time zones, as scaling plans, update windows and hosts want them: Europe's, from the Unicode CLDR's
 * `common/supplemental/windowsZones.xml` (read in 2026), with the names that tzdata has since given Kyiv and the Faroes.
 */
const zonesByWindowsName = {
  UTC: ["Etc/UTC", "UTC"],
  "GMT Standard Time": [
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Guernsey",
    "Europe/Isle_of_Man",
    "Europe/Jersey",
    "Atlantic/Canary",
    "Atlantic/Faroe",
    "Atlantic/Madeira",
  ],
  "Greenwich Standard Time": ["Atlantic/Reykjavik"],
  "Azores Standard Time": ["Atlantic/Azores"],
  "W. Europe Standard Time": [
    "Europe/Amsterdam",
    "Europe/Andorra",
    "Europe/Berlin",
    "Europe/Busingen",
    "Europe/Gibraltar",
    "Europe/Luxembourg",
    "Europe/Malta",
    "Europe/Monaco",
    "Europe/Oslo",
    "Europe/Rome",
    "Europe/San_Marino",
    "Europe/Stockholm",
    "Europe/Vaduz",
    "Europe/Vatican",
    "Europe/Vienna",
    "Europe/Zurich",
    "Arctic/Longyearbyen",
  ],
  "Romance Standard Time": ["Europe/Brussels", "Europe/Copenhagen", "Europe/Madrid", "Europe/Paris", "Africa/Ceuta"],
  "Central Europe Standard Time": [
    "Europe/Belgrade",
    "Europe/Bratislava",
    "Europe/Budapest",
    "Europe/Ljubljana",
    "Europe/Podgorica",
    "Europe/Prague",
    "Europe/Tirane",
  ],
  "Central European Standard Time": ["Europe/Sarajevo", "Europe/Skopje", "Europe/Warsaw", "Europe/Zagreb"],
  "GTB Standard Time": ["Europe/Athens", "Europe/Bucharest", "Asia/Nicosia", "Asia/Famagusta"],
  "FLE Standard Time": [
    "Europe/Helsinki",
    "Europe/Kiev",
    "Europe/Kyiv",
    "Europe/Mariehamn",
    "Europe/Riga",
    "Europe/Sofia",
    "Europe/Tallinn",
    "Europe/Vilnius",
  ],
  "E. Europe Standard Time": ["Europe/Chisinau"],
} as const satisfies Record<string, readonly string[]>;

const windowsNames: ReadonlyMap<string, string> = new Map(
  Object.entries(zonesByWindowsName).flatMap(([windows, zones]) => zones.map((zone) => [zone, windows] as const)),
);

/** Windows' name of an IANA time zone. Throws an Error for one that is not in the table. */
export function windowsTimeZone(zone: string): string {
  const name = windowsNames.get(zone);
  if (name !== undefined) return name;
  throw new Error(
    `no Windows name is known for the time zone "${zone}" (timezone of the fleet file); known are ` +
      [...windowsNames.keys()].toSorted().join(", "),
  );
}
