import { changeLedger } from "../../../src/rollout/licences/ledger.ts";

/** Adds accounts one by one: `ledger.child.ts FILE NAME COUNT`. */
const [file = "", name = "", count = "0"] = process.argv.slice(2);
for (let nth = 0; nth < Number(count); nth += 1) {
  const account = `${name}-${nth}@example.org`;
  await changeLedger(
    file,
    (seats) => new Map([...seats, [account, { account, since: new Date().toISOString(), grantEnds: null }]]),
  );
}
