import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStore } from "../../../pipeline/src/testing/store-conformance.ts";
import { type DiskStore, openDiskStore } from "./disk-store.ts";

let directory = "";

describeStore("disk", {
  open: () => {
    directory = mkdtempSync(join(tmpdir(), "simloom-store-"));
    return openDiskStore(directory);
  },
  again: (store) => openDiskStore((store as DiskStore).directory),
  dispose: () => rmSync(directory, { recursive: true, force: true }),
});
