/**
 * The main job: a coherent QPSK long-haul link from its specification, then a sweep of the launch power that reuses what
 * it can, then what another run would reuse. Results go to runs/ and .simloom/, which git ignores.
 */
import { build, must, simloom } from "./command.mjs";

const link = "examples/fiber/qpsk-3x80km.json";
const node = process.execPath;
const say = (text) => process.stdout.write(`\n${text}\n`);

build();
say(`$ simloom fiber simulate ${link} --report`);
must(node, [simloom, "fiber", "simulate", link, "--report"]);
say(`$ simloom sweep ${link} --axis transceiver.tx.launch_power_dbm=-4:4:5 --report`);
must(node, [simloom, "sweep", link, "--axis", "transceiver.tx.launch_power_dbm=-4:4:5", "--report"]);
say(`$ simloom plan ${link}`);
must(node, [simloom, "plan", link]);
say(
  "Run it again: everything is reused. Change one number to see what is computed:\n  npx simloom plan " +
    link +
    " --set transceiver.tx.launch_power_dbm=1",
);
