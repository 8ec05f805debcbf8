import { main } from "@pulumi/pulumi/provider/index.js";
import { labSettings } from "../settings.ts";
import { LabProvider } from "./provider.ts";

await main(new LabProvider(labSettings(process.env)), process.argv.slice(2));
