/** Columnar data sets and their readers: `import { readParquet } from "simloom/columns"`. */
export * from "@simloom/columns";
