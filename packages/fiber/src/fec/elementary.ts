export const { exp, log } = Math;
