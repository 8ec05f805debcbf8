import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFor, takesGzip } from "../../src/exporter/exposition/format.ts";

/** What Prometheus 2.42 and 3.x, curl, and browsers send. */
const accepts: readonly (readonly [string | undefined, string])[] = [
  [undefined, "text"],
  ["*/*", "text"],
  ["text/plain", "text"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text"],
  [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics",
  ],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "openmetrics",
  ],
  ["text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0;q=0.5", "text"],
  ["application/openmetrics-text; version=0.0.1", "text"],
  ["application/openmetrics-text", "openmetrics"],
  ["application/openmetrics-text;q=0", "text"],
  ["application/openmetrics-text;q=many", "text"],
  ['Application/OpenMetrics-Text; Version="1.0.0"', "openmetrics"],
  [",;,=;q", "text"],
];

for (const [accept, expected] of accepts) {
  test(`who accepts ${accept ?? "anything"} gets ${expected}`, () => assert.equal(formatFor(accept), expected));
}

const encodings: readonly (readonly [string | undefined, boolean])[] = [
  [undefined, false],
  ["", false],
  ["gzip", true],
  ["deflate, GZIP;q=0.5, br", true],
  ["gzip;q=0", false],
  ["*", true],
  ["*;q=0", false],
  ["gzip;q=0, *", false],
  ["identity", false],
];

for (const [header, expected] of encodings) {
  test(`who takes ${header ?? "whatever"} ${expected ? "gets" : "does not get"} gzip`, () =>
    assert.equal(takesGzip(header), expected));
}
