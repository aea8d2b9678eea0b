/**
 * The schema library of the house. What is published is one file without the messages in sixty languages: it loads in a third
 * of the time, and once for all packages. Schemas of another copy of zod 4 fit into these, and the other way round.
 */
export { z } from "zod";
