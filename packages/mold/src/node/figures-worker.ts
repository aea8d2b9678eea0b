/** What the threads of `createFiguresPool` run. */
import { ensembleTasks } from "@simloom/solve";
import { serveWorker } from "@simloom/solve/node";
import { figuresTasks } from "../shot/ensemble-figures.ts";

serveWorker({ ...ensembleTasks, ...figuresTasks });
