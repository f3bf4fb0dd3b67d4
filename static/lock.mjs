// Refreshes package-lock.json and takes every web address out of it: the registry is the installing machine's own affair.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("package-lock.json", import.meta.url);
execFileSync("npm", ["install", "--package-lock-only"], { cwd: new URL(".", import.meta.url), stdio: "inherit" });
const withoutAddresses = (key, value) => (key === "resolved" || key === "funding" ? undefined : value);
writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, "utf8"), withoutAddresses), null, 2) + "\n");
