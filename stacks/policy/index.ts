import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./pack.ts";
import { rules } from "./rules.ts";

/* The policy pack: `pulumi preview --policy-pack stacks/policy`, for our stacks and for anybody's on azure-native. */
export const pack = new PolicyPack("deskbridge", { policies: policiesOf(rules) });
