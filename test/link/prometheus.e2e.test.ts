import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { WatchError } from "../../src/link/http.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { withPast } from "./past.ts";

const from = Date.parse("2020-03-09T00:00:00Z");
const seconds = 7 * 3600;

test("more samples than one answer holds come page by page, none twice and none left out", async () => {
  const series = [{ series: 'count{link="b/s/x"}', every: 1, value: (second: number) => second }];
  await withPast({ from, seconds, series }, async (url) => {
    const prometheus = new Prometheus(url, 30_000);
    const whole = { from, until: from + (seconds - 1) * 1000 };
    const expected = Array.from({ length: seconds }, (_, second) => [from + second * 1000, second]);
    assert.deepEqual((await prometheus.samples("count", whole))[0]?.points, expected);
    assert.deepEqual((await prometheus.range("count", whole, 1000))[0]?.points, expected);
    const sparse = await prometheus.range("count", { from, until: from + 100_000 }, 15_000);
    assert.deepEqual(
      sparse[0]?.points.map(([, value]) => value),
      [0, 10, 25, 40, 55, 70, 85, 100],
    );
    await assert.rejects(prometheus.at("count{", from), /Prometheus at http.*: it answered 400: .*parse error/);
  });
});

test("an answer that does not come is given up", async () => {
  const server = createServer(() => {
    // It never answers.
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(
    new Prometheus(url, 50).at("up", from),
    (error) => error instanceof WatchError && error.message.includes("no answer within 0.05 s; name another with"),
  );
  server.closeAllConnections();
  server.close();
});
